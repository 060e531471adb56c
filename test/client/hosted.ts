import type { ClientSocket, WebSocketConstructor } from '../../client';
import { storesIn } from '../../src/adapters/memory/stores';
import { emptyTables } from '../../src/adapters/memory/tables';
import { commonPasswords } from '../../src/adapters/node/common-passwords';
import { lookalikes } from '../../src/adapters/node/lookalikes';
import { tokens } from '../../src/adapters/node/tokens';
import { type AnswerPorts, answerFrame, type CommandRoute } from '../../src/domain/frames/answer-frame';
import { DEFAULT_SETTINGS } from '../../src/domain/ports/default-settings';
import type { Caller, Principal } from '../../src/domain/ports/operation';
import { announcePresence } from '../../src/domain/presence/announce-presence';
import { openConnection } from '../../src/domain/presence/open-connection';
import { releaseConnection } from '../../src/domain/presence/release-connection';
import { sweep } from '../../src/domain/presence/sweep';
import type { Action } from '../../src/protocol/commands';
import type { ConnectionId, ConversationId, GroupId, MessageId, UserId } from '../../src/protocol/ids';
import * as routes from '../../src/routes';
import { silentMeter } from '../tooling/silent-meter';
import type { VirtualTime } from './virtual-time';

export type Json = Readonly<Record<string, unknown>>;

/**
 * What becomes of a command, beside what it should: `lost` on its way, carried out but never answered (`mute`), or answered
 * with something else.
 */
export type Fate = 'lost' | 'mute' | Json | undefined;

interface Wire {
  /** How long the next frame takes, in milliseconds. */
  latency: () => number;
  fate: (command: Json, device: string) => Fate;
  /** Whether the server takes new connections; otherwise with which code it closes them at once. */
  refusesWith: number | undefined;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** Rollcall's own operations over its memory stores, behind sockets that are a few lines: all of it on virtual time. */
export class Hosted {
  readonly time: VirtualTime;
  readonly wire: Wire = { latency: () => 10, fate: () => undefined, refusesWith: undefined };
  readonly sockets = new Map<string, HostedSocket>();
  /** Every command that has arrived, in order. */
  readonly commands: (Json & { readonly action: string; readonly device: string })[] = [];
  /** Every flip of somebody's state. */
  readonly flips: { readonly user: string; readonly state: string }[] = [];
  readonly bugs: unknown[] = [];
  /** Whom a token in the address is of: whoever has none that it knows is refused at the upgrade. Absent: everybody may connect. */
  vouch: ((token: string) => Principal | undefined) | undefined;
  /** Addresses that were connected to, the oldest first. */
  readonly addresses: string[] = [];
  readonly #tables = emptyTables();
  readonly ports;
  #serial = 0;

  constructor(time: VirtualTime, random: () => number = () => 0.5) {
    this.time = time;
    const clock = {
      now: () => time.now,
      sleep: (ms: number) => new Promise<void>((done) => void time.after(ms, done)),
    };
    this.ports = {
      ...storesIn(this.#tables),
      clock,
      meter: silentMeter,
      chance: {
        fraction: random,
        messageId: () => `server-${++this.#serial}` as MessageId,
        groupId: () => `group-${++this.#serial}` as GroupId,
      },
      settings: { ...DEFAULT_SETTINGS },
      report: (cause: unknown) => void this.bugs.push(cause),
      // Hashing is slow on purpose; here it only has to be right.
      commonPasswords,
      lookalikes,
      passwords: {
        hash: async (password: string) => `hash of ${password}`,
        verify: async (password: string, hash: string | undefined) => hash === `hash of ${password}`,
        isOutdated: () => false,
      },
      tokens,
      sockets: {
        push: async (to: ConnectionId, text: string) =>
          this.sockets.get(to)?.deliver(text) ?? (this.#isPerson(to) ? 'delivered' : 'gone'),
        probe: async (id: ConnectionId) => (this.sockets.has(id) || this.#isPerson(id) ? 'open' : 'gone'),
        close: async (id: ConnectionId) => {
          this.sockets.get(id)?.closeByServer(1000);
          return 'closed' as const;
        },
      },
      fanOut: { enqueue: async () => undefined },
    };
    this.#tables.profiles.onWrite = (user, after, before) => this.#flipped(user, after?.state, before?.state);
  }

  /** What a device's `new WebSocket(url)` is. */
  socketsOf(device: string): WebSocketConstructor {
    const hosted = this;
    return class extends HostedSocket {
      constructor(url: string) {
        super(hosted, device, `connection-${++hosted.#serial}` as ConnectionId, hosted.#arrivedAt(url));
      }
    };
  }

  /** Whose connection that will be; `refused` if the provider knows nobody by its token. */
  #arrivedAt(address: string): Principal | 'refused' | undefined {
    this.addresses.push(address);
    if (!this.vouch) return undefined;
    return this.vouch(new URL(address).searchParams.get('access_token') ?? '') ?? 'refused';
  }

  socketOf(device: string): HostedSocket {
    const socket = this.socketsOpen(device).at(-1);
    if (!socket) throw new Error(`${device} is not connected.`);
    return socket;
  }

  socketsOpen(device: string): readonly HostedSocket[] {
    return [...this.sockets.values()].filter((socket) => socket.device === device);
  }

  sweep(): Promise<unknown> {
    return sweep(this.ports, { until: Number.POSITIVE_INFINITY });
  }

  stateOf(user: string): string | undefined {
    return this.#tables.profiles.get(user as UserId)?.state;
  }

  logOf(conversation: string): readonly Json[] {
    const log = this.#tables.logs.get(conversation as ConversationId) ?? new Map();
    return [...log.values()].toSorted((one, other) => one.seq - other.seq) as readonly Json[];
  }

  /** Straight to the server, past all networks: what somebody else does. */
  async act(connectionId: string, command: Json & { readonly action: string }): Promise<Json> {
    const route = (routes as Record<string, unknown>)[command.action] as CommandRoute<Action, AnswerPorts>;
    const frame = JSON.stringify({ ref: 'act', ...command });
    const { reply } = await answerFrame(route, this.ports, {
      connectionId: connectionId as ConnectionId,
      sourceIp: '::1',
      frame,
    });
    return reply === undefined ? {} : JSON.parse(reply);
  }

  async open(connectionId: ConnectionId): Promise<void> {
    await openConnection(this.ports, { connectionId, connectedAt: this.time.now, sourceIp: '::1' });
  }

  async disconnected(connectionId: ConnectionId): Promise<void> {
    this.sockets.delete(connectionId);
    await releaseConnection(this.ports, { connectionId });
  }

  async arrived(socket: HostedSocket, text: string): Promise<void> {
    const command = JSON.parse(text);
    this.commands.push({ ...command, device: socket.device });
    const fate = this.wire.fate(command, socket.device);
    if (fate === 'lost') return;
    if (typeof fate === 'object') {
      socket.deliver(JSON.stringify({ action: command.action, ref: command.ref, ...fate }));
      return;
    }
    const route = (routes as Record<string, unknown>)[command.action] as CommandRoute<Action, AnswerPorts>;
    const { reply } = await answerFrame(route, this.ports, { ...socket.caller, frame: text });
    if (fate !== 'mute' && reply !== undefined) socket.deliver(reply);
  }

  /** Whoever acts past all networks is always there. */
  #isPerson(id: ConnectionId): boolean {
    return id.startsWith('person-');
  }

  #flipped(user: UserId, after: string | undefined, before: string | undefined): void {
    if (after === undefined || before === undefined || after === before) return;
    this.flips.push({ user, state: after });
    this.time.after(2_000, () => {
      const row = this.#tables.profiles.get(user);
      if (!row) return;
      const profile = { userId: user, state: row.state, lastSeen: row.lastSeen, version: row.version };
      const other = row.state === 'online' ? 'offline' : 'online';
      void announcePresence(this.ports, [{ before: { ...profile, state: other }, after: profile }]);
    });
  }
}

/** One WebSocket, and the network below it: frames keep their order, and take their time. */
export class HostedSocket implements ClientSocket {
  readonly #hosted: Hosted;
  readonly device: string;
  readonly id: ConnectionId;
  readyState = CONNECTING;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  /** Frames vanish, and nobody is told. */
  isFrozen = false;
  readonly #principal: Principal | 'refused' | undefined;
  #toServer = 0;
  #toClient = 0;

  constructor(hosted: Hosted, device: string, id: ConnectionId, principal: Principal | 'refused' | undefined) {
    this.#hosted = hosted;
    this.device = device;
    this.id = id;
    this.#principal = principal;
    const { time, wire } = hosted;
    time.after(wire.latency(), () => void this.#connect());
  }

  /** Who sends what comes on it. */
  get caller(): Caller {
    const principal = this.#principal === 'refused' ? undefined : this.#principal;
    return { connectionId: this.id, sourceIp: '::1', principal };
  }

  async #connect(): Promise<void> {
    const { wire, sockets } = this.#hosted;
    if (this.readyState !== CONNECTING) return;
    const refusesWith = this.#principal === 'refused' ? 1006 : wire.refusesWith;
    if (refusesWith !== undefined) {
      this.#closed(refusesWith);
      return;
    }
    sockets.set(this.id, this);
    await this.#hosted.open(this.id);
    this.readyState = OPEN;
    this.onopen?.({} as never);
  }

  send(frame: string): void {
    if (this.readyState !== OPEN) return;
    const { time, wire } = this.#hosted;
    this.#toServer = Math.max(this.#toServer, time.now + wire.latency());
    time.after(this.#toServer - time.now, () => {
      if (!this.isFrozen && this.#hosted.sockets.has(this.id)) void this.#hosted.arrived(this, frame);
    });
  }

  deliver(text: string): 'delivered' | 'gone' {
    const { time, wire, sockets } = this.#hosted;
    if (!sockets.has(this.id)) return 'gone';
    this.#toClient = Math.max(this.#toClient, time.now + wire.latency());
    time.after(this.#toClient - time.now, () => {
      if (!this.isFrozen && this.readyState === OPEN) this.onmessage?.({ data: text } as never);
    });
    return 'delivered';
  }

  /** By the client: the server hears of it, sooner or later. */
  close(): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    const { time, wire } = this.#hosted;
    if (!this.isFrozen) time.after(wire.latency(), () => void this.#hosted.disconnected(this.id));
  }

  /** By the server, or by what lies between; both ends see it. What is on its way is lost. */
  closeByServer(code: number): void {
    if (!this.#hosted.sockets.has(this.id)) return;
    void this.#hosted.disconnected(this.id);
    this.#hosted.time.after(this.#hosted.wire.latency(), () => this.#closed(code));
  }

  #closed(code: number): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    if (!this.isFrozen) this.onclose?.({ code } as never);
  }
}
