/**
 * The local gateway beside a bare `ws` echo server, in one run on one machine: round trips through a trivial two-way
 * Lambda, memory per idle connection, and the time from `npm start` to the first reply. Servers and load are processes of
 * their own; rounds of the two servers alternate, and medians are shown.
 *
 *   npm run bench:gateway [-- --rounds 3 --ms 3000 --idle 10000 --peer ws://localhost:3001]
 *
 * A peer is another emulator that already runs an app with a two-way route `echo`; its round trips are measured in turn with ours.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import type { Order, RoundTrips } from './gateway/load';
import { readWhole } from './options/whole';
import { answerOf, type Child, startChild } from './processes/children';
import { median } from './report/percentile';
import { run } from './report/run';

const CONNECTIONS = [1, 10, 100, 1_000];
const START_PORTS = { port: 3_101, webPort: 3_100 };

type ServerName = 'ws' | 'gateway' | 'peer';

interface Options {
  readonly rounds: number;
  /** How long a round takes. */
  readonly ms: number;
  /** How many connections are idle. */
  readonly idle: number;
  readonly peer: string | undefined;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      ms: { type: 'string', default: '3000' },
      idle: { type: 'string', default: '10000' },
      peer: { type: 'string' },
    },
  });
  return {
    rounds: readWhole('rounds', values.rounds, 1_000),
    ms: readWhole('ms', values.ms, 3_600_000),
    idle: readWhole('idle', values.idle, 25_000), // A loopback address has some 28,000 ports to connect from.
    peer: values.peer,
  };
}

function serversOf({ peer }: Options): readonly ServerName[] {
  return peer === undefined ? ['ws', 'gateway'] : ['ws', 'gateway', 'peer'];
}

function start(file: string, args: readonly string[], execArgv: readonly string[] = []): Child {
  return startChild(join(__dirname, file), args, { execArgv: ['--import', 'tsx', ...execArgv] });
}

async function withServer<T>(name: ServerName, use: (url: string, server: Child) => Promise<T>): Promise<T> {
  const server = start('gateway/server.ts', [name], ['--expose-gc']);
  const load = answerOf(server.process);
  try {
    return await use(String(await load), server);
  } finally {
    await server.end();
  }
}

async function withLoad<T>(order: Order, use: (result: unknown) => Promise<T>): Promise<T> {
  const load = start('gateway/load.ts', []);
  try {
    return await use(await load.ask(order));
  } finally {
    await load.end();
  }
}

/** A peer that answers with anything but an echo. */
const FAILED: RoundTrips = { perSecond: Number.NaN, p50Ms: Number.NaN, p99Ms: Number.NaN };

async function measureRoundTrips(name: ServerName, connections: number, { ms, peer }: Options): Promise<RoundTrips> {
  const measure = (url: string) =>
    withLoad({ kind: 'round-trips', url, connections, ms }, async (result) => result as RoundTrips);
  return name === 'peer' ? measure(String(peer)).catch(() => FAILED) : withServer(name, measure);
}

/** Of the server's process alone. */
async function measureIdle(name: ServerName, connections: number): Promise<number> {
  return withServer(name, async (url, server) => {
    const before = Number(await server.ask('memory'));
    return withLoad({ kind: 'idle', url, connections }, async () => {
      const after = Number(await server.ask('memory'));
      return (after - before) / connections;
    });
  });
}

async function measureStart(): Promise<number> {
  const { port, webPort } = START_PORTS;
  const startedAt = performance.now();
  const options = ['--port', String(port), '--web-port', String(webPort), '--database', 'memory', '--json'];
  const npm = spawn('npm', ['start', '--silent', '--', ...options], { cwd: join(__dirname, '..'), detached: true });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      npm.stdout.on('data', (chunk) => {
        said += chunk;
        const ready = /"type":"ready","url":"([^"]+)"/.exec(said)?.[1];
        if (ready !== undefined) resolve(ready);
      });
      npm.once('exit', () => reject(new Error(`npm start ended: ${said}`)));
    });
    const socket = new WebSocket(url);
    await once(socket, 'open');
    socket.send('{"action":"ping"}');
    await once(socket, 'message');
    socket.terminate();
    return performance.now() - startedAt;
  } finally {
    const ended = once(npm, 'exit');
    if (npm.pid !== undefined) process.kill(-npm.pid, 'SIGINT');
    await ended;
  }
}

async function compareRoundTrips(connections: number, options: Options): Promise<string> {
  const servers = serversOf(options);
  const measured: Record<ServerName, RoundTrips[]> = { ws: [], gateway: [], peer: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    for (const name of servers) measured[name].push(await measureRoundTrips(name, connections, options));
  }
  const of = (name: ServerName, key: keyof RoundTrips) => median(measured[name].map((result) => result[key]));
  const cells = servers.flatMap((name) => [
    Math.round(of(name, 'perSecond')).toLocaleString('en'),
    `${of(name, 'p50Ms').toFixed(2)} / ${of(name, 'p99Ms').toFixed(2)}`,
  ]);
  const ratios = servers
    .filter((name) => name !== 'gateway')
    .map((name) => ratio(measured.gateway, measured[name]).toFixed(name === 'ws' ? 2 : 1));
  return row([connections.toLocaleString('en'), ...cells, ...ratios]);
}

/** The median of the rounds' ratios. */
function ratio(ours: readonly RoundTrips[], theirs: readonly RoundTrips[]): number {
  return median(ours.map(({ perSecond }, round) => perSecond / (theirs[round]?.perSecond ?? Number.NaN)));
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.padStart(14)).join(' | ')} |`;
}

async function main(): Promise<void> {
  const options = readOptions();
  const { rounds, ms, idle } = options;
  const servers = serversOf(options);
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${rounds} rounds of ${ms} ms\n`);
  const titles = [
    'connections',
    ...servers.flatMap((name) => [`${name} /s`, 'p50 / p99 ms']),
    ...servers.filter((name) => name !== 'gateway').map((name) => `of ${name}`),
  ];
  console.log(row(titles));
  console.log(row(titles.map(() => '--:')));
  for (const connections of CONNECTIONS) console.log(await compareRoundTrips(connections, options));
  const [ws = 0, gateway = 0] = [await measureIdle('ws', idle), await measureIdle('gateway', idle)];
  const kB = (bytes: number) => `${(bytes / 1024).toFixed(2)} KB`;
  console.log(`\nidle, ${idle.toLocaleString('en')} connections: ws ${kB(ws)}, gateway ${kB(gateway)} each`);
  console.log(`  ratio ${(gateway / ws).toFixed(2)}`);
  const starts: number[] = [];
  for (let round = 0; round < rounds; round += 1) starts.push(await measureStart());
  console.log(`npm start to the first reply: ${(median(starts) / 1000).toFixed(1)} s`);
}

run(main);
