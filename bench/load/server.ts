import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Synthesis takes seconds; a minute and a half on the slowest machine. */
const READY_MS_MAX = 90_000;

export interface Server {
  readonly url: string;
  /** Bytes of memory of all its processes together; undefined for one that runs elsewhere. */
  memory(): number | undefined;
  stop(): Promise<void>;
}

/** An endpoint that somebody else runs. */
export function deployed(url: string): Server {
  return { url, memory: () => undefined, stop: async () => undefined };
}

/** `npm start`, as a person runs it, with an empty database in memory. */
export async function startLocal(port: number): Promise<Server> {
  const flags = ['--port', String(port), '--web-port', '0', '--database', 'memory', '--json', '--no-watch'];
  const child = spawn('npm', ['start', '--silent', '--', ...flags], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const interrupt = () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT');
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
    memory: () => (child.pid === undefined ? undefined : residentBytes(child.pid)),
    stop: async () => {
      interrupt();
      await ended;
    },
  };
}

/** Of a process and all that it has started. */
function residentBytes(root: number): number {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([root]);
  let bytes = 0;
  // Parents come before their children as long as numbers are not used again: twice finds the rest.
  for (const _ of [1, 2]) for (const [pid = 0, ppid = 0] of rows) if (family.has(ppid)) family.add(pid);
  for (const [pid = 0, , kilobytes = 0] of rows) if (family.has(pid)) bytes += kilobytes * 1024;
  return bytes;
}
