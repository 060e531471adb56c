import type { ErrorCode } from './types';

/** A "no" with a code: the server's (PROTOCOL.md lists them), or the client's own. */
export class ChatError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string = code, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'ChatError';
    this.code = code;
  }
}
