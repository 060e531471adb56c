/**
 * What nobody has published about API Gateway. `byDefault` is what the local gateway does; here the suite requires it, on
 * AWS it only notes what it sees. `option` is the behaviour that switches it (`--behaviour`), where there is one.
 */
export interface OpenFact {
  readonly section: string;
  readonly question: string;
  readonly byDefault: unknown;
  readonly option?: string;
}

export const OPEN_FACTS = {
  malformedConnect: {
    section: '1.1.5',
    question: 'the status when $connect returns something that is no response',
    byDefault: 502,
    option: 'malformedConnect',
  },
  connectTimeout: {
    section: '1.1.6',
    question: 'the status when $connect runs out of time',
    byDefault: 504,
    option: 'connectTimeout',
  },
  unknownStage: {
    section: '1.1.11',
    question: 'the answer to a handshake with a stage that does not exist',
    byDefault: { status: 403, body: '{"message":"Forbidden"}' },
    option: 'unknownStage',
  },
  refusedConnectBody: {
    section: '3.12',
    question: 'the HTTP body when $connect refuses with a body',
    byDefault: 'not you',
    option: 'refusedConnectBody',
  },
  resetConnection: {
    section: '1.3.5',
    question: 'what $disconnect hears of a connection that was reset',
    byDefault: { code: 1006, reason: '' },
    option: 'vanishedCode',
  },
  disconnectAfterRefusal: {
    section: '1.3.7',
    question: 'whether $disconnect runs after a refused $connect',
    byDefault: false,
    option: 'refusedConnect',
  },
  leftDuringConnect: {
    section: '1.3.7',
    question: 'whether $disconnect runs for a client that left while $connect ran',
    byDefault: true,
    option: 'leftDuringConnect',
  },
  disconnectOverlaps: {
    section: '1.3.8',
    question: 'whether $disconnect runs while a message of the connection is still being served',
    byDefault: true,
  },
  deleteReason: {
    section: '1.4',
    question: 'the reason in the close frame after DELETE',
    byDefault: 'Connection Closed Normally',
    option: 'deletedFrameReason',
  },
  tooBigReason: {
    section: '1.4',
    question: 'the disconnectReason after a 1009',
    byDefault: '',
    option: 'violationReason',
  },
  binaryReason: {
    section: '1.4',
    question: 'the disconnectReason after a 1003',
    byDefault: '',
    option: 'violationReason',
  },
  durationClose: {
    section: '1.4',
    question: 'the close code and reason at the maximum duration',
    byDefault: { code: 1001, reason: 'Going away' },
    option: 'durationCode',
  },
  pingResetsIdle: {
    section: '1.4',
    question: "whether a client's ping postpones the idle timeout",
    byDefault: false,
    option: 'idleReset',
  },
  absentStageVariables: {
    section: '2.1',
    question: 'whether an event has stageVariables when the stage has none',
    byDefault: false,
    option: 'emptyStageVariables',
  },
  contextValues: {
    section: '2.5',
    question: "how the authorizer's number 7 and boolean true appear in events",
    byDefault: { number: '7', boolean: 'true' },
    option: 'authorizerValues',
  },
  brokenAuthorizer: {
    section: '2.5',
    question: 'the status when the authorizer throws',
    byDefault: 500,
    option: 'authorizerFailure',
  },
  malformedPolicy: {
    section: '2.5',
    question: 'the status when the policy is malformed',
    byDefault: 500,
    option: 'authorizerFailure',
  },
  predefinedAction: {
    section: '3.4',
    question: 'the message in the reply to {"action":"$connect"} without a $default',
    byDefault: 'Forbidden',
    option: 'reservedKeys',
  },
  lenientJson: {
    section: '2.2',
    question: 'whether a body with unquoted keys finds its route',
    byDefault: false,
    option: 'lenientJson',
  },
  refusedReply: {
    section: '3.7',
    question: 'what a client gets when a two-way route returns 401',
    byDefault: 'error-frame',
    option: 'refusedRouteResponse',
  },
  throttledFrame: {
    section: '3.10',
    question: 'the message in the reply to a throttled message',
    byDefault: 'Too Many Requests',
    option: 'throttledMessage',
  },
  kilobyte: {
    section: '4',
    question: 'the largest frame and the largest message in bytes',
    byDefault: { frame: 32_768, message: 131_072 },
    option: 'kilobyte',
  },
  headerBytes: {
    section: '4',
    question: 'the answers to handshakes with 9,500 and 11,000 bytes of headers',
    byDefault: ['the handshake succeeded', 431],
    option: 'headerBytes',
  },
  unsignedCallback: {
    section: '5',
    question: 'the body of the 403 to an unsigned @connections request',
    byDefault: '{"message":"Missing Authentication Token"}',
    option: 'unsignedBody',
  },
  malformedId: {
    section: '5',
    question: 'the error for an id that is no connection id',
    byDefault: { status: 400, name: 'BadRequestException' },
    option: 'malformedId',
  },
  postedFrame: {
    section: '5',
    question: 'the type of frame that a post arrives in',
    byDefault: 'text',
    option: 'postedFrame',
  },
  largePost: {
    section: '5',
    question: 'the length of what arrives of a post of 128 KB',
    byDefault: 131_072,
    option: 'largePost',
  },
} as const satisfies Record<string, OpenFact>;

export type OpenFactName = keyof typeof OPEN_FACTS;
