import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Connection, type ConnectionListener } from './connection';
import type { ConnectionFacts } from './connection-facts';
import type { GatewayContext } from './context';
import { deliverDisconnect } from './disconnect';
import { GOING_AWAY } from './endings';
import type { Ending } from './events';
import { routeMessage } from './messages';

/**
 * What becomes of an open connection: its messages, side by side, and its end. Messages start as they come, up to the bound; then
 * we stop reading. What `ws` has already read by then still arrives, and waits: no more than one read of the socket (64 KB) holds. A client that does not read its replies is
 * held back in the same way, since its replies would pile up here.
 */
export class Session implements ConnectionListener {
  readonly #context: GatewayContext;
  readonly #connection: Connection;
  #waiting: string[] | undefined;
  #inFlight = 0;
  #isPaused = false;

  constructor(context: GatewayContext, sockets: { socket: WebSocket; raw: Duplex }, facts: ConnectionFacts) {
    this.#context = context;
    this.#connection = new Connection(sockets, facts, context, this);
    context.pending.begin();
    context.connections.set(facts.connectionId, this.#connection);
    context.deadlines.watch();
    if (context.isClosing()) this.#connection.close(GOING_AWAY);
  }

  onText(text: string): void {
    this.#waiting ??= [];
    this.#waiting.push(text);
    this.#pump();
  }

  onFlushed(): void {
    this.#pump();
  }

  onEnded(ending: Ending): void {
    const { connections, pending } = this.#context;
    const { facts } = this.#connection;
    connections.delete(facts.connectionId);
    void pending.track(deliverDisconnect(this.#context, facts, ending));
    pending.end();
  }

  #pump(): void {
    while (!this.#isBusy() && this.#waiting?.length) void this.#start(this.#waiting.shift() ?? '');
    const isPaused = this.#isBusy();
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#connection.pause();
    else this.#connection.resume();
  }

  #isBusy(): boolean {
    return this.#inFlight >= this.#context.limits.messagesInFlight || this.#connection.isBufferFull;
  }

  async #start(text: string): Promise<void> {
    this.#inFlight += 1;
    await routeMessage(this.#context, this.#connection, text);
    this.#inFlight -= 1;
    this.#pump();
  }
}
