import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { anyAction, correctCommand } from '../hostile/commands';
import { fieldsOf } from '../hostile/fields';
import { corrupt, encode } from '../hostile/frames';
import type { Town } from '../hostile/town';
import { hostileText32 } from '../hostile/values';
import type { Random } from '../simulation/random';

const KILOBYTE = 1024;
const FLOOD = 40;
const OPEN_MS_MAX = 15_000;
const KNOCK_MS = 1_000;

/** One client that means harm, by whatever a TCP connection carries. It connects again whenever it was thrown out. */
export class Attacker {
  readonly #url: string;
  readonly #town: Town;
  readonly #random: Random;
  #socket: WebSocket | undefined;
  /** What it was told, as text. */
  readonly told: string[] = [];
  /** With which codes it was thrown out. */
  readonly closes: number[] = [];

  constructor(url: string, town: Town, random: Random) {
    this.#url = url;
    this.#town = town;
    this.#random = random;
  }

  async act(): Promise<void> {
    const socket = await this.#open();
    if (!socket) return;
    const acts = [
      () => this.#command(socket),
      () => this.#command(socket),
      () => this.#command(socket),
      () => socket.send(Buffer.from('{"action":"ping"}'), { binary: true }),
      () => socket.send(hostileText32(this.#random).slice(0, 31 * KILOBYTE)),
      () => socket.send('x'.repeat(32 * KILOBYTE + 1)),
      () => this.#fragments(socket, this.#random.pick([2, 30 * KILOBYTE, 127 * KILOBYTE, 129 * KILOBYTE])),
      () => rawOf(socket).end(Buffer.from([0x81, 0xfe, 0x7d])),
      () => rawOf(socket).write(Buffer.from([0xf3, 0x80, 1, 2, 3, 4])),
      () => rawOf(socket).write(Buffer.from([0x81, 0x02, 0x7b, 0x7d])),
      () => socket.ping('x'.repeat(125)),
      () => socket.terminate(),
      () => socket.close(this.#random.pick([1000, 1001, 4999]), 'x'),
      () => this.#flood(socket),
      () => this.#knock(),
    ];
    await this.#random.pick(acts)();
  }

  end(): void {
    this.#socket?.terminate();
  }

  #command(socket: WebSocket): void {
    const action = anyAction(this.#random);
    const device = this.#random.pick(this.#town.devices);
    const command = Object.entries(correctCommand({ random: this.#random, town: this.#town, device }, action));
    socket.send(this.#random.chance(0.5) ? encode(command) : corrupt(this.#random, command, fieldsOf(action)));
  }

  #fragments(socket: WebSocket, bytes: number): void {
    const text = `{"action":"ping","x":"${'y'.repeat(bytes)}"}`;
    const size = this.#random.pick([Math.ceil(bytes / 3), 16 * KILOBYTE]);
    for (let start = 0; start < text.length; start += size)
      socket.send(text.slice(start, start + size), { fin: start + size >= text.length });
  }

  #flood(socket: WebSocket): void {
    for (let count = 0; count < FLOOD; count++) socket.send('{"action":"ping"}');
  }

  /** No WebSocket at all. */
  async #knock(): Promise<void> {
    const { hostname, port } = new URL(this.#url);
    const raw = connect(Number(port), hostname);
    raw.on('error', () => undefined);
    const words = [
      '\u0000\u0001\u0002',
      'GET /dev HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
      `GET /${'x'.repeat(90_000)}`,
    ];
    raw.end(this.#random.pick([...words, 'POST /dev/@connections/x HTTP/1.1\r\nHost: x\r\n\r\n']));
    await Promise.race([once(raw, 'close').catch(() => undefined), delay(KNOCK_MS)]);
    raw.destroy();
  }

  async #open(): Promise<WebSocket | undefined> {
    if (this.#socket?.readyState === WebSocket.OPEN) return this.#socket;
    const socket = new WebSocket(this.#url, { handshakeTimeout: OPEN_MS_MAX });
    socket.on('error', () => undefined);
    socket.on('message', (message) => this.told.push(String(message)));
    socket.on('close', (code) => this.closes.push(code));
    await Promise.race([once(socket, 'open'), once(socket, 'close')]).catch(() => undefined);
    this.#socket = socket;
    return socket.readyState === WebSocket.OPEN ? socket : undefined;
  }
}

/** What is under it: `ws` itself sends nothing that is wrong. */
function rawOf(socket: WebSocket): Socket {
  return (socket as unknown as { readonly _socket: Socket })._socket;
}
