import type { ConnectionId } from '../../protocol/ids';

/**
 * What we read of an event of a WebSocket API (API Gateway Developer Guide, "Set up a WebSocket API integration request").
 * `body` is there on messages only.
 */
export interface WebSocketEvent {
  readonly requestContext: {
    readonly connectionId: ConnectionId;
    readonly connectedAt: number;
    readonly requestId: string;
    readonly identity: { readonly sourceIp: string; readonly userAgent?: string };
    readonly disconnectStatusCode?: number;
    /** What the authorizer of `$connect` said, on all events of the connection. */
    readonly authorizer?: Readonly<Record<string, string | number | boolean>>;
  };
  /** On `$connect`, as the client wrote their names, and on `$disconnect`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `body` reaches the client only on a route that has a route response. */
export interface WebSocketResult {
  readonly statusCode: number;
  readonly body?: string;
}

export type WebSocketHandler = (event: WebSocketEvent) => Promise<WebSocketResult>;

/** A header of the client's upgrade, whatever the case of its name (RFC 9110 §5.1). */
export function headerOf({ headers = {} }: WebSocketEvent, name: string): string | undefined {
  const key = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

/** What we read of the second argument of a handler (Lambda Developer Guide, "Using the Lambda context object"). */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}
