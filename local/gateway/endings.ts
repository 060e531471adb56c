/** How connections end: what the client's close frame says, and what `$disconnect` is told (Developer Guide, "$disconnect"). */
import type { GatewayBehaviours } from './behaviours';
import type { Ending } from './events';

/** The idle timeout, as captured from AWS; also a gateway that shuts down. */
export const GOING_AWAY: Ending = { code: 1001, reason: 'Going away' };

export const DELETED: Ending = { code: 1000, reason: 'Connection Closed Normally' };

/** The maximum duration. Nobody has published what AWS sends then. */
export function expired({ durationCode }: GatewayBehaviours): Ending {
  return durationCode === '1001' ? GOING_AWAY : DELETED;
}

/** API Gateway takes text only ("Working with binary media types for WebSocket APIs"). The reason is not known. */
export const BINARY_FRAME: Ending = { code: 1003, reason: '' };

export const TOO_BIG: Ending = { code: 1009, reason: '' };

/** The peer vanished without a close frame; also what a gateway that was killed leaves behind. */
export const VANISHED: Ending = { code: 1006, reason: '' };

/** A client's own close, as `ws` tells it: 1005 stands for a close frame without a code. */
export function clientEnding(code: number, reason: string): Ending {
  return code === 1005 ? { code, reason: 'Client-side close frame status not set' } : { code, reason };
}

/** The names of RFC 6455's close codes, in IANA's registry. */
const REGISTERED_NAMES: ReadonlyMap<number, string> = new Map([
  [1003, 'Unsupported Data'],
  [1009, 'Message Too Big'],
]);

/** An ending as it is reported, where a behaviour has a say in that. */
export function worded(ending: Ending, { vanishedCode, violationReason }: GatewayBehaviours): Ending {
  if (ending.code === VANISHED.code && vanishedCode === '1001') return GOING_AWAY;
  const name = violationReason === 'registered-name' && ending.reason === '' && REGISTERED_NAMES.get(ending.code);
  return name ? { ...ending, reason: name } : ending;
}

/** The reason in our close frame. */
export function frameReason(ending: Ending, behaviours: GatewayBehaviours): string {
  return ending === DELETED && behaviours.deletedFrameReason === 'empty' ? '' : worded(ending, behaviours).reason;
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
