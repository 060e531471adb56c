import type { ConnectionId } from '../../src/protocol/ids';

export type Json = Readonly<Record<string, unknown>>;

/** The client's end of a socket. */
export interface Peer {
  readonly name: string;
  readonly user: string;
  /** What it promises at its login, in seconds. */
  readonly heartbeat: number | undefined;
  opened(socket: Socket): void;
  received(socket: Socket, frame: Json): void;
  /** Closed by the other side, or refused. */
  closed(socket: Socket): void;
}

/** One WebSocket, as API Gateway sees it and as it is. */
export interface Socket {
  readonly connectionId: ConnectionId;
  readonly peer: Peer;
  /** What API Gateway believes. */
  state: 'connecting' | 'open' | 'closed';
  /** Whether the client still is there: API Gateway cannot know. */
  hasPeer: boolean;
  openedAt: number;
  /** When something last went either way. */
  activeAt: number;
  /** When the client vanished, or API Gateway closed it. */
  endedAt: number | undefined;
  /** When a `$disconnect` has run to its end. */
  disconnectedAt: number | undefined;
  /** Frames do not overtake each other on one socket: nothing arrives before these. */
  upAt: number;
  downAt: number;
}

export function newSocket(connectionId: ConnectionId, peer: Peer, now: number): Socket {
  const since = { openedAt: now, activeAt: now, upAt: now, downAt: now };
  return {
    connectionId,
    peer,
    state: 'connecting',
    hasPeer: true,
    ...since,
    endedAt: undefined,
    disconnectedAt: undefined,
  };
}
