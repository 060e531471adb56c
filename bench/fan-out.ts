/**
 * What pushing to many costs: by client and number of sockets on a whole machine, and by sockets and memory with the part of a core that
 * Lambda gives for it. Each run is a fresh process against an endpoint in another one; runs are interleaved, medians shown.
 *
 *   npm run bench:fan-out [-- --posts 1000 --rounds 3 --only clients|memory]
 */
import { parseArgs } from 'node:util';
import type { Burst, Pusher } from './fan-out/burst';
import { coreShare, WHOLE_CORE_MB } from './fan-out/core-share';
import { type Bench, type Run, startBench } from './fan-out/runs';
import { clientsTable, memoriesTable } from './fan-out/tables';
import { readOneOf } from './options/one-of';
import { readWhole } from './options/whole';
import { median } from './report/percentile';
import { run } from './report/run';

const FLOOR: Pusher = { client: 'hand-signed', sockets: 50 };
const SERIAL: Pusher = { client: 'ours', sockets: 1 };
const PUSHERS: readonly Pusher[] = [
  FLOOR,
  SERIAL,
  ...[50, 128].map((sockets) => ({ client: 'sdk', sockets }) as const),
  ...[50, 128].map((sockets) => ({ client: 'sdk, cacheMiddleware', sockets }) as const),
  ...[16, 32, 64, 128, 256].map((sockets) => ({ client: 'ours', sockets }) as const),
];

const MEMORIES_MB = [256, 512, 1_024, WHOLE_CORE_MB];
const SOCKETS = [8, 16, 32, 64, 128];

interface Options {
  readonly posts: number;
  readonly rounds: number;
}

/** The medians of each case's runs, which take turns. */
async function interleaved<Case>(cases: readonly Case[], rounds: number, perform: (one: Case) => Promise<Run>) {
  const runs = cases.map(() => [] as Run[]);
  for (let round = 0; round < rounds; round++)
    for (const [index, one] of cases.entries()) runs[index]?.push(await perform(one));
  return cases.map((one, index) => ({ ...one, ...medianOf(runs[index] ?? []) }));
}

function medianOf(runs: readonly Run[]): Run {
  const middle = (of: (run: Run) => number) => median(runs.map(of));
  const burst = (of: (run: Run) => Burst): Burst => ({
    wallMs: middle((run) => of(run).wallMs),
    cpuMs: middle((run) => of(run).cpuMs),
  });
  const seen = {
    requests: middle((run) => run.seen.requests),
    handshakes: middle((run) => run.seen.handshakes),
    inFlightMax: middle((run) => run.seen.inFlightMax),
  };
  return { first: burst((run) => run.first), second: burst((run) => run.second), seen };
}

async function byClient(bench: Bench, { posts, rounds }: Options): Promise<void> {
  const medians = await interleaved(PUSHERS, rounds, (pusher) => bench.run({ pusher, posts }));
  const [floor, serial] = medians;
  if (floor && serial) console.log(`${clientsTable(medians, { floor, serial })}\n`);
}

async function byMemory(bench: Bench, { posts, rounds }: Options): Promise<void> {
  const cases = MEMORIES_MB.flatMap((memoryMb) =>
    SOCKETS.map((sockets) => ({ memoryMb, client: 'ours', sockets }) as const),
  );
  const medians = await interleaved(cases, rounds, ({ memoryMb, ...pusher }) => bench.run({ pusher, posts, memoryMb }));
  console.log(memoriesTable(medians, posts));
}

function isLimited(): boolean {
  const share = coreShare(WHOLE_CORE_MB);
  share?.remove();
  return share !== undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      posts: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
    },
  });
  const options = {
    posts: readWhole('posts', values.posts, 100_000),
    rounds: readWhole('rounds', values.rounds, 1_000),
  };
  const only = values.only === undefined ? undefined : readOneOf('only', values.only, ['clients', 'memory']);
  const bench = await startBench();
  console.log(`${options.posts} posts twice, ${options.rounds} fresh processes each, Node ${process.version}\n`);
  try {
    if (only !== 'memory') await byClient(bench, options);
    if (only === 'clients') return;
    if (isLimited()) await byMemory(bench, options);
    else console.log('No control group can be made here, so nothing has a part of a core: memory was not tried.');
  } finally {
    await bench.end();
  }
}

run(main);
