declare const brand: unique symbol;

/** Scheme, host and port, as a browser writes them in the header `Origin` (RFC 6454 §6.2). */
export type Origin = string & { readonly [brand]: 'Origin' };

/** What may follow the scheme: no user, path, query or fragment, and no `\`, which URLs take for a path's `/`. */
const SCHEME_AND_AUTHORITY = /^([a-z][a-z0-9+.-]*):\/\/([^/\\?#@\s]+)$/i;

/** A host in its normal form, perhaps with a port. A URL's host may hold a `*` or a `,`, too: no site has one. */
const HOST_AND_PORT = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::\d+)?$/;

/**
 * The origin that a text names: lower case, ASCII (IDNA), without the port that its scheme has anyway. `undefined` if it names
 * none, or anything beside it; so for `null`, which stands for any sandboxed frame of any site. Idempotent.
 */
export function normaliseOrigin(text: string): Origin | undefined {
  const [, scheme = ''] = SCHEME_AND_AUTHORITY.exec(text) ?? [];
  const host = hostOf(text)?.toLowerCase() ?? '';
  return scheme && HOST_AND_PORT.test(host) ? (`${scheme.toLowerCase()}://${host}` as Origin) : undefined;
}

function hostOf(text: string): string | undefined {
  try {
    return new URL(text).host;
  } catch {
    return undefined;
  }
}
