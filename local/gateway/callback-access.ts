/** IAM in front of `@connections` (Developer Guide, "Use IAM authorization": execute-api:ManageConnections). */
import type { IncomingMessage } from 'node:http';
import { accessKeyIdOf } from '../iam/callers';
import type { GatewayContext } from './context';
import { errorBody } from './error-frames';
import type { HttpAnswer } from './http-answer';

/** Undefined if the caller may do this to the connection, which need not exist. */
export function callbackDenial(
  { app, callers }: GatewayContext,
  { method = '', url = '', headers }: IncomingMessage,
  connectionId: string,
): HttpAnswer | undefined {
  const path = `${app.apiId}/${app.stage}/${method}/@connections/${connectionId}`;
  const resource = `arn:aws:execute-api:${app.region}:${app.accountId}:${path}`;
  const accessKeyId = accessKeyIdOf({ authorization: headers.authorization, url });
  const denial = callers?.denial(accessKeyId, [{ action: 'execute-api:ManageConnections', resource }]);
  if (denial === undefined) return undefined;
  return { status: 403, errorType: 'ForbiddenException', body: errorBody(denial) };
}
