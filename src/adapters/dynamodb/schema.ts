/** What the stack and the stores have to call by the same name, besides the keys. */

/** The index of `Connections` by user. */
export const BY_USER = 'byUser';

/** The TTL attribute of `Chat`, in seconds since 1970. */
export const EXPIRES_AT = 'expiresAt';
