/** A Lambda's result, as a proxy integration must shape it (AWS Lambda guide, "Invoking a function using API Gateway"). */
export interface LambdaResponse {
  readonly statusCode: number;
  readonly body?: string;
  /** The one header that reaches the client; all others are dropped. */
  readonly subprotocol?: string;
}

/** Tokens and commas: anything else in a header could end it and begin another. */
const SUBPROTOCOL = /^[!#$%&'*+\-.^_`|~0-9A-Za-z, ]+$/;

/** Undefined for a malformed one, which API Gateway answers with 502 or an "Internal server error" frame. */
export function parseLambdaResponse(payload: unknown): LambdaResponse | undefined {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) return undefined;
  const { statusCode } = payload;
  const body = 'body' in payload ? (payload.body ?? undefined) : undefined;
  const subprotocol = 'headers' in payload ? subprotocolOf(payload.headers) : undefined;
  // A 1xx would not end an HTTP exchange, so it is no answer to a handshake.
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode)) return undefined;
  if (statusCode < 200 || statusCode > 599) return undefined;
  if (body !== undefined && typeof body !== 'string') return undefined;
  if (subprotocol !== undefined && !SUBPROTOCOL.test(subprotocol)) return undefined;
  return { statusCode, ...(body !== undefined && { body }), ...(subprotocol !== undefined && { subprotocol }) };
}

export function isSuccess({ statusCode }: LambdaResponse): boolean {
  return statusCode >= 200 && statusCode <= 299;
}

function subprotocolOf(headers: unknown): string | undefined {
  const found = Object.entries(Object(headers)).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol');
  return found === undefined ? undefined : String(found[1]);
}
