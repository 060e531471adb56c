import type { ErrorCode } from './types';

interface ChatErrorOptions {
  readonly cause?: unknown;
  readonly retryAfter?: number | undefined;
}

/** A "no" with a code: the server's (PROTOCOL.md lists them), or the client's own. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  /** After so many whole seconds the same may succeed, as far as the server knows. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string = code, options: ChatErrorOptions = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
    this.name = 'ChatError';
    this.code = code;
  }
}
