import type { Sockets } from '../../src/domain/ports/ports';
import type { ConnectionId } from '../../src/protocol/ids';
import type { Faults } from './faults';
import { EPOCH_MS, type Invocation, type Lambdas } from './lambdas';
import type { Operations } from './operations';
import type { Scheduler } from './scheduler';
import { type Json, newSocket, type Peer, type Socket } from './socket';
import type { Timeline } from './timeline';

interface GatewayWorld {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly timeline: Timeline | undefined;
  readonly latencyMs: () => number;
  readonly lambdas: Lambdas;
  readonly operations: Operations;
  /** Called when a socket has ended for its client or for API Gateway, whichever comes first. */
  readonly ended: (socket: Socket) => void;
  /** Called when a command has been answered, before the answer is on its way. */
  readonly replied: (socket: Socket, frame: Json, invocation: Invocation) => void;
  /** Called when a `$disconnect` has run to its end. */
  readonly disconnected: (socket: Socket, invocation: Invocation) => void;
}

export const IDLE_LIMIT_MS = 10 * 60_000;
const AGE_LIMIT_MS = 2 * 60 * 60_000;
const LIES_MS_MAX = 5_000;
const FRAME_LATE_MS_MAX = 20_000;
const DISCONNECT_LATE_MS = [1_000, 240_000] as const;
const DISCONNECT_AGAIN_MS_MAX = 60_000;

/** API Gateway's WebSocket API, as far as presence can tell it from another one. */
export class Gateway {
  readonly sockets = new Map<ConnectionId, Socket>();
  readonly #liesUntil = new Map<ConnectionId, number>();
  readonly #world: GatewayWorld;

  constructor(world: GatewayWorld) {
    this.#world = world;
  }

  find(connectionId: string): Socket | undefined {
    return this.sockets.get(connectionId as ConnectionId);
  }

  // ---- The client's side ----

  connect(peer: Peer): Socket {
    const { scheduler, lambdas, operations, latencyMs, timeline } = this.#world;
    const connectionId = `c${this.sockets.size + 1}` as ConnectionId;
    const { now } = scheduler;
    const socket = newSocket(connectionId, peer, now);
    this.sockets.set(connectionId, socket);
    timeline?.note(peer.name, `connects: ${connectionId}`);
    const opening = { connectionId, connectedAt: Math.round(EPOCH_MS + now), sourceIp: '::1' };
    scheduler.after(latencyMs(), () =>
      lambdas.invoke({
        route: '$connect',
        connectionId,
        run: (ports) => operations.open(ports, opening),
        ended: ({ state }) => this.#connected(socket, state === 'done'),
      }),
    );
    return socket;
  }

  send(socket: Socket, frame: Json): void {
    const { scheduler, timeline, faults } = this.#world;
    if (!socket.hasPeer) return;
    timeline?.note(socket.peer.name, `sends ${JSON.stringify(frame)} on ${socket.connectionId}`);
    socket.upAt = Math.max(socket.upAt, scheduler.now + this.#world.latencyMs());
    scheduler.at(socket.upAt, () => {
      if (socket.state !== 'open') return;
      socket.activeAt = scheduler.now;
      const late = faults.happens('frameLate') ? faults.of('frameLate').between(0, FRAME_LATE_MS_MAX) : 0;
      scheduler.after(late, () => this.#route(socket, frame));
    });
  }

  /** The client says goodbye. */
  close(socket: Socket): void {
    const { scheduler, timeline } = this.#world;
    if (!socket.hasPeer) return;
    timeline?.note(socket.peer.name, `closes ${socket.connectionId}`);
    this.#leave(socket);
    socket.upAt = Math.max(socket.upAt, scheduler.now + this.#world.latencyMs());
    scheduler.at(socket.upAt, () => this.#end(socket, 'client closed'));
  }

  /** The client's network is gone, and nobody is told. */
  vanish(socket: Socket): void {
    if (!socket.hasPeer) return;
    this.#world.timeline?.note(socket.peer.name, `vanishes from ${socket.connectionId}`);
    this.#leave(socket);
  }

  // ---- @connections ----

  readonly api: Sockets = {
    push: async (connectionId, text) => {
      const { faults } = this.#world;
      const socket = this.sockets.get(connectionId);
      if (faults.happens('postThrottled')) return 'failed';
      if (socket?.state !== 'open') return 'gone';
      if (this.#liesAbout(connectionId)) return 'gone';
      this.#deliver(socket, JSON.parse(text));
      return 'delivered';
    },
    probe: async (connectionId) => {
      if (this.#world.faults.happens('postThrottled')) return 'unknown';
      const isOpen = this.sockets.get(connectionId)?.state === 'open';
      return isOpen && !this.#liesAbout(connectionId) ? 'open' : 'gone';
    },
    close: async (connectionId) => {
      const socket = this.sockets.get(connectionId);
      if (this.#world.faults.happens('postThrottled')) return 'failed';
      if (socket?.state !== 'open') return 'gone';
      this.#end(socket, 'closed by the server');
      return 'closed';
    },
  };

  // ---- Inside ----

  /** A false 410 may come alone, or be the first of several: what is wrong inside stays wrong for a while. */
  #liesAbout(connectionId: ConnectionId): boolean {
    const { scheduler, faults, timeline } = this.#world;
    const isGoingOn = (this.#liesUntil.get(connectionId) ?? 0) > scheduler.now;
    if (!isGoingOn && !faults.happens('falseGone')) return false;
    timeline?.note('API Gateway', `answers 410 for ${connectionId}, falsely`);
    if (!isGoingOn && faults.of('falseGone').chance(0.5)) {
      this.#liesUntil.set(connectionId, scheduler.now + faults.of('falseGone').between(0, LIES_MS_MAX));
    }
    return true;
  }

  #connected(socket: Socket, isAccepted: boolean): void {
    const { scheduler, latencyMs } = this.#world;
    if (socket.state === 'closed') {
      // The client gave up during the handshake. Its `$disconnect` comes now, unless it came already.
      if (isAccepted) this.#disconnect(socket);
      return;
    }
    if (!isAccepted) {
      this.#end(socket, 'refused', false);
      return;
    }
    socket.state = 'open';
    socket.openedAt = socket.activeAt = scheduler.now;
    scheduler.after(IDLE_LIMIT_MS, () => this.#closeIfIdle(socket));
    scheduler.after(AGE_LIMIT_MS, () => this.#end(socket, 'too old'));
    scheduler.after(latencyMs(), () => {
      if (socket.hasPeer) socket.peer.opened(socket);
    });
  }

  #route(socket: Socket, frame: Json): void {
    const { lambdas, operations } = this.#world;
    const { connectionId } = socket;
    const text = JSON.stringify(frame);
    lambdas.invoke<string | undefined>({
      route: String(frame.action),
      connectionId,
      run: (ports) => operations.answer(ports, { connectionId, frame: text }),
      ended: (end, invocation) => {
        if (end.state === 'failed') return this.#deliver(socket, { message: 'Internal server error', connectionId });
        if (end.value === undefined) return;
        const reply: Json = JSON.parse(end.value);
        this.#world.replied(socket, reply, invocation);
        this.#deliver(socket, reply);
      },
    });
  }

  #deliver(socket: Socket, frame: Json): void {
    const { scheduler, latencyMs } = this.#world;
    if (socket.state !== 'open') return;
    // A peer that has vanished acknowledges nothing, so TCP gives up in about the time of the idle limit.
    if (socket.hasPeer) socket.activeAt = scheduler.now;
    socket.downAt = Math.max(socket.downAt, scheduler.now + latencyMs());
    scheduler.at(socket.downAt, () => {
      if (!socket.hasPeer) return;
      this.#world.timeline?.note(socket.peer.name, `receives ${JSON.stringify(frame)}`);
      socket.peer.received(socket, frame);
    });
  }

  #closeIfIdle(socket: Socket): void {
    const { scheduler } = this.#world;
    const idleUntil = socket.activeAt + IDLE_LIMIT_MS;
    if (idleUntil <= scheduler.now) this.#end(socket, 'idle');
    else if (socket.state === 'open') scheduler.at(idleUntil, () => this.#closeIfIdle(socket));
  }

  /** The client is no longer there. */
  #leave(socket: Socket): void {
    socket.hasPeer = false;
    this.#markEnded(socket);
  }

  #end(socket: Socket, why: string, wasAccepted = true): void {
    const { scheduler, timeline, faults, latencyMs } = this.#world;
    if (socket.state === 'closed') return;
    const wasOpen = socket.state === 'open';
    socket.state = 'closed';
    timeline?.note('API Gateway', `${socket.connectionId} is over: ${why}`);
    this.#markEnded(socket);
    if (socket.hasPeer) {
      socket.downAt = Math.max(socket.downAt, scheduler.now + latencyMs());
      scheduler.at(socket.downAt, () => {
        if (!socket.hasPeer) return;
        socket.hasPeer = false;
        socket.peer.closed(socket);
      });
    }
    if (wasAccepted && (wasOpen || faults.happens('disconnectEarly'))) this.#disconnect(socket);
  }

  #markEnded(socket: Socket): void {
    if (socket.endedAt !== undefined) return;
    socket.endedAt = this.#world.scheduler.now;
    this.#world.ended(socket);
  }

  #disconnect(socket: Socket): void {
    const { scheduler, faults, latencyMs, timeline } = this.#world;
    if (faults.happens('disconnectLost')) {
      timeline?.note('API Gateway', `loses $disconnect ${socket.connectionId}`);
      return;
    }
    const late = faults.happens('disconnectLate') ? faults.of('disconnectLate').between(...DISCONNECT_LATE_MS) : 0;
    scheduler.after(late + latencyMs(), () => this.#invokeDisconnect(socket));
    if (!faults.happens('disconnectDoubled')) return;
    const again = faults.of('disconnectDoubled').between(0, DISCONNECT_AGAIN_MS_MAX);
    scheduler.after(late + again, () => this.#invokeDisconnect(socket));
  }

  #invokeDisconnect(socket: Socket): void {
    const { scheduler, lambdas, operations } = this.#world;
    const { connectionId } = socket;
    lambdas.invoke({
      route: '$disconnect',
      connectionId,
      run: (ports) => operations.release(ports, { connectionId }),
      ended: ({ state }, invocation) => {
        if (state !== 'done') return;
        socket.disconnectedAt ??= scheduler.now;
        this.#world.disconnected(socket, invocation);
      },
    });
  }
}
