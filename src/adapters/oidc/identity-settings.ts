/** What the stack tells the authorizer, as JSON in its environment: see lib/identity.ts. */
export interface IdentitySettings {
  /** As it stands in the tokens (`iss`), to the letter. */
  readonly issuer: string;
  /** One of these has to be in the tokens (`aud`). */
  readonly audience: readonly string[];
  /** The claim that a user's name is made from. */
  readonly claim: string;
  /** Where the issuer's keys are; absent: where its discovery document says. */
  readonly jwksUri?: string | undefined;
  /** Whoever brings no token is let in as nobody, and may log in by a password. */
  readonly anonymous: boolean;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Keys that came by plain HTTP could be anybody's: whoever is on the way could sign tokens. An issuer on this very machine is the exception,
 * for a laptop: in AWS nobody answers there.
 */
export function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}
