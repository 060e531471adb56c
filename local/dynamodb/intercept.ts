import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './metered-request';

export interface DatabaseCall {
  /** The last part of X-Amz-Target. */
  readonly operation: string;
  readonly accessKeyId: string;
  readonly body: Buffer;
}

export interface DatabaseAnswer extends Answer {
  readonly headers: IncomingHttpHeaders;
}

/** Answers in the engine's place, or lets the request pass. */
export type Refuse = (call: DatabaseCall) => DatabaseAnswer | undefined;

/** Stands between a request and the engine: answers in its place, sends the request or does not, or cuts the socket. */
export type Intercept = (call: DatabaseCall, send: () => Promise<DatabaseAnswer>) => Promise<DatabaseAnswer | 'cut'>;

/** What AWS checks in front of DynamoDB has a name space of its own. */
const CORAL = ['AccessDeniedException', 'ThrottlingException', 'ValidationException'];

/** DynamoDB's own error form, by which the SDK names and retries it. */
export function databaseError(type: string, message: string, more: object = {}): DatabaseAnswer {
  const space = CORAL.includes(type) ? 'com.amazon.coral.service' : 'com.amazonaws.dynamodb.v20120810';
  // An access denied message is the one whose member begins with a capital.
  const member = type === 'AccessDeniedException' ? 'Message' : 'message';
  const body = { __type: `${space}#${type}`, [member]: message, ...more };
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
