import { ClearError } from '../process/clear-error';

/**
 * What nobody has published about API Gateway, and this gateway therefore had to choose. Each choice has a name and its
 * values, of which the first is the default, so that whoever knows better, or measures it on an account, can switch it
 * (`--behaviour name=value`).
 */
const VALUES = {
  /** Whether a client's ping postpones the idle timeout. The strict choice is that it does not. */
  idleReset: ['data', 'data+ping'],
  /** What a client gets when a route with a response returns another status than 2xx. One project reports the error. */
  refusedRouteResponse: ['error-frame', 'body'],
  /** Whether `$disconnect` runs for a client that left while its `$connect` ran, and was then accepted. */
  leftDuringConnect: ['disconnect', 'nothing'],
  /** Whether `$disconnect` runs after a `$connect` that refused. */
  refusedConnect: ['nothing', 'disconnect'],
  /** What the HTTP refusal of a handshake carries: the body that `$connect` returned, or none. */
  refusedConnectBody: ['lambda', 'empty'],
  /** The status of a handshake whose `$connect` returned something that is no proxy response. Thrown is 502, measured. */
  malformedConnect: ['502', '500'],
  /** The status of a handshake whose `$connect` Lambda itself refused to run (it throttles). */
  throttledConnect: ['500', '502', '429'],
  /** The status of a handshake whose `$connect` ran longer than its integration's timeout. */
  connectTimeout: ['504', '500', '502'],
  /** The status for a stage that does not exist. 403 is what REST APIs give. */
  unknownStage: ['403', '404'],
  /** The status of a handshake whose authorizer failed or returned no valid policy. REST APIs give 500. */
  authorizerFailure: ['500', '403', '401'],
  /** Whether numbers and booleans of an authorizer's context reach the events as text, as in REST APIs. */
  authorizerValues: ['strings', 'as-returned'],
  /** Whether the events of a stage without variables have no `stageVariables`, or an empty object. */
  emptyStageVariables: ['absent', 'empty-object'],
  /**
   * A second attempt at a body that is no JSON, with unquoted keys allowed. In one capture AWS routed
   * `{"action":"sendMessage", body:"hello"}` by its action; strictly, such a body goes to `$default`.
   */
  lenientJson: ['off', 'unquoted-keys'],
  /** Where a message goes that selects `$connect` or `$disconnect`: never there. */
  reservedKeys: ['default-route', 'forbidden'],
  /** Which API key a message has on a route that needs one, since it has no headers: the handshake's, or none. */
  messageApiKey: ['handshake', 'none'],
  /** What a client hears of a message that was throttled. */
  throttledMessage: ['error-frame', 'nothing'],
  /** What a MOCK integration without a matching integration response has for a route response: nothing, or its request. */
  mockWithoutResponse: ['nothing', 'request'],
  /** The code, with its usual reason, that a connection is closed with at its maximum duration. 1001 is what idleness has. */
  durationCode: ['1001', '1000'],
  /** The code that `$disconnect` is told when the peer was gone without a close frame (a reset, say). */
  vanishedCode: ['1006', '1001'],
  /** The reason, in the close frame and in `$disconnect`, of 1003 and 1009: none, or the name that IANA registered. */
  violationReason: ['empty', 'registered-name'],
  /** The reason in the close frame after a `DELETE`. What `$disconnect` is told is measured. */
  deletedFrameReason: ['as-reported', 'empty'],
  /** The type of frame that a post arrives in. Text is what everybody reports who does not look at it closely. */
  postedFrame: ['text', 'binary'],
  /** How `@connections` treats 33 to 128 KB: sends frames of 32 KB each, or answers 413. */
  largePost: ['split', 'refuse'],
  /** The status that `@connections` gives for an id which is no connection id. AWS's texts name both. */
  malformedId: ['400', '410'],
  /** AWS refuses unsigned `@connections` requests with 403. Signatures are looked for here, never verified. */
  unsignedCallbacks: ['refuse', 'accept'],
  /** The message in the 403 to an unsigned `@connections` request. REST APIs name the missing token. */
  unsignedBody: ['missing-token', 'forbidden'],
  /**
   * How many bytes a handshake's request line and header values may have, beyond which it gets 431: the quota of REST
   * and HTTP APIs, or only what Node takes at most.
   */
  headerBytes: ['10240', '16384'],
  /** How the quotas of 128 KB and 32 KB are to be read. */
  kilobyte: ['1024', '1000'],
} as const;

/** A line each: the name, and the values that it takes. */
export const BEHAVIOUR_USAGE = Object.entries(VALUES)
  .map(([name, values]) => `  ${name}=${values.join('|')}\n`)
  .join('');

type Name = keyof typeof VALUES;

export type GatewayBehaviours = { readonly [N in Name]: (typeof VALUES)[N][number] };

export const DEFAULT_BEHAVIOURS = Object.fromEntries(
  Object.entries(VALUES).map(([name, [byDefault]]) => [name, byDefault]),
) as GatewayBehaviours;

/** @throws ClearError with all names, or all values, for what is not `name=value`. */
export function parseBehaviours(texts: readonly string[]): Partial<GatewayBehaviours> {
  return Object.fromEntries(texts.map(parseBehaviour));
}

function parseBehaviour(text: string): readonly [Name, string] {
  const [name = '', ...rest] = text.split('=');
  if (!isName(name)) {
    throw new ClearError(`--behaviour knows no "${name}", only name=value with: ${Object.keys(VALUES).join(', ')}`);
  }
  const value = rest.join('=');
  const values: readonly string[] = VALUES[name];
  if (!values.includes(value)) {
    throw new ClearError(`--behaviour ${name} must be one of ${values.join(', ')}, not "${value}"`);
  }
  return [name, value];
}

function isName(name: string): name is Name {
  return Object.hasOwn(VALUES, name);
}
