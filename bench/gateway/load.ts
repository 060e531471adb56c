/**
 * The load of `bench/gateway.ts`, in a process of its own: so many connections, one message in flight on each. Told by its
 * parent what to do, it answers with what it measured.
 */
import { WebSocket } from 'ws';

export type Order =
  | { readonly kind: 'round-trips'; readonly url: string; readonly connections: number; readonly ms: number }
  | { readonly kind: 'idle'; readonly url: string; readonly connections: number };

export interface RoundTrips {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** More handshakes at once would measure the backlog of the listening socket. */
const HANDSHAKES_AT_ONCE = 50;

/** The first messages meet cold code, and a Lambda's cold starts. */
const WARM_UP_MS = 1_500;

const MESSAGE = JSON.stringify({ action: 'echo', text: 'x'.repeat(64) });

function opened(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function openAll(url: string, connections: number): Promise<readonly WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < connections) {
    const batch = Math.min(HANDSHAKES_AT_ONCE, connections - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: batch }, () => opened(url)))));
  }
  return sockets;
}

async function roundTrips(url: string, connections: number, ms: number): Promise<RoundTrips> {
  const sockets = await openAll(url, connections);
  const timesMs: number[] = [];
  const from = performance.now() + WARM_UP_MS;
  const until = from + ms;
  await Promise.all(sockets.map((socket) => exchange(socket, { from, until, timesMs })));
  for (const socket of sockets) socket.terminate();
  const sorted = Float64Array.from(timesMs).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { perSecond: timesMs.length / (ms / 1000), p50Ms: at(0.5), p99Ms: at(0.99) };
}

interface Exchange {
  readonly from: number;
  readonly until: number;
  readonly timesMs: number[];
}

/** Whoever answers with anything but an echo is not measured but reported. */
function exchange(socket: WebSocket, { from, until, timesMs }: Exchange): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = performance.now();
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('message', (reply) => {
      const now = performance.now();
      if (String(reply) !== MESSAGE) return reject(new Error(`not an echo: ${reply}`));
      if (sentAt >= from && now <= until) timesMs.push(now - sentAt);
      if (now > until) return resolve(void socket.removeAllListeners('close'));
      sentAt = now;
      socket.send(MESSAGE);
    });
    socket.send(MESSAGE);
  });
}

async function carryOut(order: Order): Promise<unknown> {
  if (order.kind === 'round-trips') return roundTrips(order.url, order.connections, order.ms);
  return (await openAll(order.url, order.connections)).length;
}

// A parent that died must not leave us with thousands of sockets.
process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  carryOut(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
