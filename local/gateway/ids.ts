import { randomBytes } from 'node:crypto';

/** 11 bytes in base64url with its padding, 16 characters that end with `=`: as every published capture shows them. */
const ID = /^[A-Za-z0-9_-]{15}=$/;

/** Connections, requests and messages all carry ids of this form. */
export function newId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

export function isConnectionId(text: string): boolean {
  return ID.test(text);
}
