import { randomFillSync } from 'node:crypto';

const ID_BYTES = 11;

/** Each call of the system costs more than the bytes: three ids per message would be a tenth of its time. */
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;

/** 11 bytes in base64url with its padding, 16 characters that end with `=`: as every published capture shows them. */
const ID = /^[A-Za-z0-9_-]{15}=$/;

/** Connections, requests and messages all carry ids of this form. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return `${pool.toString('base64url', used - ID_BYTES, used)}=`;
}

export function isConnectionId(text: string): boolean {
  return ID.test(text);
}
