/** How connections end: what the client's close frame says, and what `$disconnect` is told (Developer Guide, "$disconnect"). */
import type { Ending } from './events';

/** The idle timeout and the maximum duration; captured from AWS for the former, presumed for the latter. */
export const GOING_AWAY: Ending = { code: 1001, reason: 'Going away' };

export const DELETED: Ending = { code: 1000, reason: 'Connection Closed Normally' };

/** API Gateway takes text only ("Working with binary media types for WebSocket APIs"). The reason is not known. */
export const BINARY_FRAME: Ending = { code: 1003, reason: '' };

export const TOO_BIG: Ending = { code: 1009, reason: '' };

/** The peer vanished without a close frame; also what a gateway that was killed leaves behind. */
export const VANISHED: Ending = { code: 1006, reason: '' };

/** A client's own close, as `ws` tells it: 1005 stands for a close frame without a code. */
export function clientEnding(code: number, reason: string): Ending {
  return code === 1005 ? { code, reason: 'Client-side close frame status not set' } : { code, reason };
}

/** A violation of the protocol, by which `ws` has already begun to close the connection. */
export function violation(error: Error): Ending {
  switch (Object(error).code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return TOO_BIG;
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return { code: 1008, reason: '' };
    case 'WS_ERR_INVALID_UTF8':
      return { code: 1007, reason: '' };
    default:
      return { code: 1002, reason: '' };
  }
}
