import type { RefusalCode } from '../types';

/** What the server sends: a reply, an error or an event. Only what every part of the client reads. */
export interface Frame {
  readonly type: string;
  readonly ref?: string | number | undefined;
  readonly action?: string | undefined;
  readonly code?: RefusalCode | undefined;
  readonly message?: string | undefined;
  readonly retryAfter?: number | undefined;
}

/** API Gateway's own words for a Lambda that could not run: they name no command (PROTOCOL.md, Errors). */
const GATEWAY_FAILED: Frame = { type: 'gateway' };

/** @returns undefined for what is not of this protocol. */
export function decodeFrame(text: unknown): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(String(text));
    if (typeof frame !== 'object' || frame === null) return undefined;
    if ('type' in frame && typeof frame.type === 'string') return frame as Frame;
    return 'message' in frame ? GATEWAY_FAILED : undefined;
  } catch {
    return undefined;
  }
}
