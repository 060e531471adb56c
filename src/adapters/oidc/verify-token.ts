import { createHash } from 'node:crypto';
import {
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
} from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import { verifyJwtSync } from 'aws-jwt-verify/jwt-verifier';
import type { Principal } from '../../domain/ports/operation';
import type { IdentitySettings } from './identity-settings';
import type { IssuerKeys } from './issuer-keys';

/** Why somebody is not let in: for the log, without what they brought. */
export type Denial =
  | 'malformed'
  | 'unknown_key'
  | 'algorithm'
  | 'signature'
  | 'expired'
  | 'not_yet'
  | 'issuer'
  | 'audience'
  | 'no_expiry'
  | 'no_subject'
  | 'no_name';

export type Verdict = { readonly principal: Principal } | { readonly denied: Denial };

// A token whose issuer's clock is ahead would be refused for as long as each attempt brings a new one. Its end is held to the letter.
const AHEAD_SECONDS_MAX = 30;

/** Enough for the log and the reply that says why it is no name. */
const NAME_LENGTH_MAX = 256;

/** Whom a token is of, if the issuer has signed it for us and it is good now. @throws IssuerUnreachable */
export async function verifyToken(settings: IdentitySettings, keys: IssuerKeys, token: string): Promise<Verdict> {
  const kid = kidOf(token);
  if (kid === undefined) return { denied: 'malformed' };
  const key = await keys.keyOf(kid);
  if (!key) return { denied: 'unknown_key' };
  const audience = [...settings.audience];
  try {
    const expected = { issuer: settings.issuer, audience, graceSeconds: AHEAD_SECONDS_MAX };
    return principalIn(settings, verifyJwtSync(token, key, expected));
  } catch (cause) {
    return { denied: denialOf(cause) };
  }
}

/** The key that it says it was signed with; `undefined` if it is no token that we could read. */
function kidOf(token: string): string | undefined {
  try {
    const { header } = decomposeUnverifiedJwt(token);
    // `crit`: extensions that must be understood (RFC 7515 §4.1.11). We know none.
    return 'crit' in header ? undefined : header.kid;
  } catch {
    return undefined;
  }
}

/** What stands in a token whose signature is good. */
function principalIn({ claim }: IdentitySettings, payload: JwtPayload): Verdict {
  const { iss, sub, exp } = payload;
  const name = payload[claim];
  if (exp === undefined) return { denied: 'no_expiry' };
  if (exp * 1000 <= Date.now()) return { denied: 'expired' };
  if (!sub) return { denied: 'no_subject' };
  if (typeof name !== 'string' || name === '') return { denied: 'no_name' };
  return {
    principal: { name: name.slice(0, NAME_LENGTH_MAX), subject: subjectOf(String(iss), sub), expiresAt: exp * 1000 },
  };
}

/** One subject of one issuer, in 43 characters: it is stored with each user, and may be an e-mail address. */
function subjectOf(issuer: string, sub: string): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, sub]))
    .digest('base64url');
}

// By class: a bundle's classes have lost their names.
const DENIALS = [
  [JwtExpiredError, 'expired'],
  [JwtNotBeforeError, 'not_yet'],
  [JwtInvalidIssuerError, 'issuer'],
  [JwtInvalidAudienceError, 'audience'],
  [JwtInvalidSignatureAlgorithmError, 'algorithm'],
  [JwtInvalidSignatureError, 'signature'],
] as const;

/** Whatever else it trips over (a key of another kind than its algorithm, say) was the stranger's choice, and no fault of ours. */
function denialOf(cause: unknown): Denial {
  return DENIALS.find(([kind]) => cause instanceof kind)?.[1] ?? 'malformed';
}
