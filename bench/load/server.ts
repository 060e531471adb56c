import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { messageOf } from '../../local/process/clear-error';
import { type Consumed, consumedBy } from './consumed';

/** Synthesis takes seconds; a minute and a half on the slowest machine. */
const READY_MS_MAX = 90_000;

/** A cold Lambda answers within a second or two. */
const OPEN_MS_MAX = 10_000;

export interface Server {
  readonly url: string;
  /** By all of its processes, until now; undefined for one that runs elsewhere. */
  consumed(): Consumed | undefined;
  stop(): Promise<void>;
}

/** An endpoint that somebody else runs. @throws if none opens there: clients would only try it again and again. */
export async function deployed(url: string): Promise<Server> {
  try {
    const socket = new WebSocket(url, { handshakeTimeout: OPEN_MS_MAX });
    await once(socket, 'open');
    socket.terminate();
  } catch (error) {
    throw new Error(`--url: no WebSocket opens at ${url} (${messageOf(error)}). It is wss://host/stage`, {
      cause: error,
    });
  }
  return { url, consumed: () => undefined, stop: async () => undefined };
}

/** `npm start`, as a person runs it, with an empty database. */
export async function startLocal(port: number): Promise<Server> {
  const flags = ['--port', String(port), '--web-port', '0', '--database', 'memory', '--json', '--no-watch'];
  const child = spawn('npm', ['start', '--silent', '--', ...flags], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const interrupt = () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT');
  // It has a process group of its own, which nobody's Ctrl-C reaches.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupt();
      process.exit(1);
    });
  }
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`npm start was not ready in ${READY_MS_MAX} ms.`)), READY_MS_MAX);
    // Read to the end, whatever it says: a pipe that nobody reads would stop the server.
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.includes('"type":"ready"')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return {
    url: `ws://localhost:${port}/dev`,
    consumed: () => (child.pid === undefined ? undefined : consumedBy(child.pid)),
    stop: async () => {
      interrupt();
      await ended;
    },
  };
}
