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
  };
  readonly body?: string;
}

/** `body` reaches the client only on a route that has a route response. */
export interface WebSocketResult {
  readonly statusCode: number;
  readonly body?: string;
}

export type WebSocketHandler = (event: WebSocketEvent) => Promise<WebSocketResult>;
