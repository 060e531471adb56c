import type { Principal } from '../../domain/ports/operation';

/** What we read of a REQUEST authorizer's event (Developer Guide, "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers"). */
export interface AuthorizerEvent {
  readonly methodArn: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
  readonly requestContext: { readonly connectionId: string; readonly requestId: string };
}

/** What API Gateway hands on: to whom the connection belongs, on all of its events, as text. */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: object;
  readonly context?: Readonly<Record<string, string | number>>;
}

/**
 * The token that a handshake brings (RFC 6750): `Authorization: Bearer`, or `access_token` in the query, since a browser's WebSocket sends no
 * headers of a page's choice. Of two, nobody could say which one is meant.
 */
export function tokenIn({
  headers = {},
  queryStringParameters,
}: AuthorizerEvent): { readonly token: string } | { readonly denied: 'no_token' | 'two_tokens' } {
  const key = Object.keys(headers).find((name) => name.toLowerCase() === 'authorization');
  const [, bearer] = /^bearer +(\S+)$/i.exec((key && headers[key]) ?? '') ?? [];
  const inQuery = queryStringParameters?.access_token || undefined;
  if (bearer !== undefined && inQuery !== undefined) return { denied: 'two_tokens' };
  const token = bearer ?? inQuery;
  return token === undefined ? { denied: 'no_token' } : { token };
}

export function allow({ methodArn }: AuthorizerEvent, principal: Principal | undefined): AuthorizerResult {
  const policyDocument = policy('Allow', methodArn);
  if (!principal) return { principalId: 'anonymous', policyDocument };
  const { name: userId, subject, expiresAt } = principal;
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  return { principalId: subject, policyDocument, context: { userId, subject, ...expiry } };
}

export function deny({ methodArn }: AuthorizerEvent): AuthorizerResult {
  return { principalId: 'nobody', policyDocument: policy('Deny', methodArn) };
}

function policy(Effect: 'Allow' | 'Deny', Resource: string): object {
  return { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] };
}
