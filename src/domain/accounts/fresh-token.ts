import type { UserId } from '../../protocol/ids';
import { TOKEN_MS } from '../../protocol/limits';
import type { Token } from '../../protocol/replies';
import type { Clock, Tokens } from '../ports/ports';

export interface FreshTokenPorts {
  readonly clock: Clock;
  readonly tokens: Pick<Tokens, 'issue'>;
}

/** What a reply says of the token that it brings. */
export function freshToken({ tokens, clock }: FreshTokenPorts, userId: UserId, tokenKey: string): Token {
  const tokenExpiresAt = clock.now() + TOKEN_MS;
  return { token: tokens.issue({ userId, expiresAt: tokenExpiresAt }, tokenKey), tokenExpiresAt };
}
