import { isJwks, type Jwk, type Jwks } from 'aws-jwt-verify/jwk';
import type { Json } from 'aws-jwt-verify/safe-json-parse';
import { fetchJson } from './fetch-json';
import { type IdentitySettings, isTrustworthy } from './identity-settings';

/** An issuer that takes a key back (it was stolen) is heard after this at the latest, while it can be reached. */
export const KEYS_FRESH_MS = 3_600_000;

/** While it cannot be reached, the keys that are there are used on: an outage of the issuer is not one of the chat. Not for ever. */
export const KEYS_MS_MAX = 6 * 3_600_000;

/** Tokens with keys that nobody has could otherwise have us ask with each of them. A new key is known after this at the latest. */
export const KEYS_PAUSE_MS = 10_000;

/** For both documents. Whoever waits for the upgrade has to hear in time that it will not be. */
const KEYS_WAIT_MS = 3_000;

/** The issuer's keys cannot be had: nobody's fault who brings a token. */
export class IssuerUnreachable extends Error {
  /** For the log: a bundle's classes have lost their names. */
  override readonly name = 'IssuerUnreachable';
}

/** The keys with which an issuer signs: asked for when they are needed, and again when they are old or one is missing. */
export class IssuerKeys {
  readonly #settings: Pick<IdentitySettings, 'issuer' | 'jwksUri'>;
  readonly #now: () => number;
  #keys: Jwks['keys'] = [];
  #keysAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failure: IssuerUnreachable | undefined;
  #asking: Promise<void> | undefined;

  constructor(settings: Pick<IdentitySettings, 'issuer' | 'jwksUri'>, now: () => number = Date.now) {
    this.#settings = settings;
    this.#now = now;
  }

  /** `undefined` if the issuer has no such key. @throws IssuerUnreachable if that cannot be known. */
  async keyOf(kid: string): Promise<Jwk | undefined> {
    const known = this.#find(kid);
    if (known && this.#ageMs < KEYS_FRESH_MS) return known;
    if (this.#asking || this.#now() - this.#askedAt >= KEYS_PAUSE_MS) await this.#askOnce();
    const found = this.#ageMs < KEYS_MS_MAX ? this.#find(kid) : undefined;
    if (!found && this.#failure) throw this.#failure;
    return found;
  }

  get #ageMs(): number {
    return this.#now() - this.#keysAt;
  }

  #find(kid: string): Jwk | undefined {
    return this.#keys.find((key) => key.kid === kid);
  }

  /** Whoever comes while it is asked waits for the same answer. */
  #askOnce(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    this.#askedAt = this.#now();
    try {
      const signal = AbortSignal.timeout(KEYS_WAIT_MS);
      const jwks = await fetchJson(await this.#jwksUrl(signal), signal);
      if (!isJwks(jwks as Json)) throw new Error('What it answered is no key set (RFC 7517).');
      this.#keys = (jwks as Jwks).keys;
      this.#keysAt = this.#now();
      this.#failure = undefined;
    } catch (cause) {
      this.#failure = new IssuerUnreachable(`The keys of ${this.#settings.issuer} cannot be had.`, { cause });
    }
  }

  /** OpenID Connect Discovery 1.0 §4: whoever answers there must be the issuer, or another one's keys would be taken for its own. */
  async #jwksUrl(signal: AbortSignal): Promise<URL> {
    const { issuer, jwksUri } = this.#settings;
    if (jwksUri !== undefined) return secure(jwksUri, issuer);
    const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const found = Object(await fetchJson(secure(url, issuer), signal));
    if (found.issuer !== issuer) {
      throw new Error(`${url} is of the issuer ${JSON.stringify(found.issuer)}, not ${JSON.stringify(issuer)}.`);
    }
    if (typeof found.jwks_uri !== 'string') throw new Error(`${url} has no jwks_uri.`);
    return secure(found.jwks_uri, issuer);
  }
}

/** By TLS; or, for an issuer of this machine, on this machine. */
function secure(given: string | URL, issuer: string): URL {
  const url = new URL(given);
  if (isTrustworthy(url) && (url.protocol === 'https:' || new URL(issuer).protocol === 'http:')) return url;
  throw new Error(`Keys are not taken from ${url}: it must be https.`);
}
