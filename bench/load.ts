/**
 * A crowd on the real client, against a local or a deployed endpoint: a login storm, steady chat, a storm in groups, everybody
 * vanishes at once, everybody comes back. Prints latencies, errors by code, and what was lost or doubled; writes a plot.
 *
 *   npm run bench:load -- --users 1000 --rate 50 --seconds 600 [--url wss://…] [--group 20] [--plot load.svg]
 *
 * Without --url it starts `npm start` with an empty database, on the same machine, and watches its memory.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { findFreePort } from '../local/process/free-port';
import { Crowd, type Sizes } from './load/crowd';
import { type Phase, phaseTable } from './load/phases';
import { plot, type Series } from './load/plot';
import { Recorder } from './load/recorder';
import { deployed, type Server, startLocal } from './load/server';
import { run } from './report/run';
import { table } from './report/table';

const MEGABYTE = 1024 * 1024;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    users: { type: 'string', default: '100' },
    rate: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '30' },
    group: { type: 'string', default: '20' },
    plot: { type: 'string', default: 'load.svg' },
  },
});

/** @throws with the option's name, and what it may be. */
function whole(name: 'users' | 'rate' | 'seconds' | 'group', max: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`--${name} must be a whole number of 1 to ${max}, not ${JSON.stringify(values[name])}.`);
}

// One process drives all clients: beyond these it would measure itself.
const sizes: Sizes = {
  users: whole('users', 10_000),
  rate: whole('rate', 1_000),
  seconds: whole('seconds', 7_200),
  groupSize: whole('group', 256),
};

async function main(): Promise<void> {
  const server = values.url === undefined ? await startLocal(await findFreePort()) : deployed(values.url);
  const recorder = new Recorder();
  const memory: { at: number; value: number }[] = [];
  const phases: Phase[] = [];
  const crowd = new Crowd(server.url, sizes, recorder);
  const ownDelay = monitorEventLoopDelay({ resolution: 10 });
  ownDelay.enable();
  const sampler = setInterval(() => sample(server, recorder, memory), 1000);
  try {
    for (const name of ['arrive', 'chat', 'storm', 'vanish', 'comeBack'] as const) {
      const [from, before] = [recorder.elapsedMs, server.consumed()];
      const progress = setInterval(() => console.log(line(name, crowd, recorder)), 5000);
      await crowd[name]().finally(() => clearInterval(progress));
      const seconds = (recorder.elapsedMs - from) / 1000;
      phases.push({ name, seconds, before, after: server.consumed() });
      console.log(`${name}: ${seconds.toFixed(1)} s; ${line(name, crowd, recorder)}`);
    }
  } finally {
    clearInterval(sampler);
    await crowd.leave();
    await server.stop();
  }
  report(crowd, recorder, ownDelay.percentile(99) / 1e6);
  if (memory.length > 0) console.log(`\n${phaseTable(phases)}`);
  writePlot(recorder, memory);
}

function line(phase: string, crowd: Crowd, { errors }: Recorder): string {
  const failed = [...errors.values()].reduce((sum, count) => sum + count, 0);
  return `  ${phase}: ${crowd.connected} of ${crowd.size} connected, ${crowd.sent} sent, ${crowd.missing} not shown yet, ${failed} errors`;
}

function sample(server: Server, recorder: Recorder, memory: { at: number; value: number }[]): void {
  const consumed = server.consumed();
  if (consumed) memory.push({ at: recorder.elapsedMs, value: consumed.memory / MEGABYTE });
}

function report(crowd: Crowd, recorder: Recorder, ownDelayMs: number): void {
  console.log(
    `\n${sizes.users} users, ${sizes.rate} messages a second for ${sizes.seconds} s, groups of ${sizes.groupSize}\n`,
  );
  const rows = recorder.summaries.map(({ name, count, ...ms }) => {
    return [name, count, ...[ms.p50, ms.p99, ms.max].map((each) => each.toFixed(0))];
  });
  console.log(table(['ms', 'count', 'p50', 'p99', 'max'], rows));
  const codes = [...recorder.errors].map(([code, count]) => `${code} ${count}`).join(', ') || 'none';
  console.log(`\nErrors: ${codes}. Never shown: ${crowd.missing}. Shown twice: ${crowd.doubled}.`);
  console.log(`The load's own event loop was late by ${ownDelayMs.toFixed(0)} ms (p99): latencies include that.`);
}

function writePlot(recorder: Recorder, memory: Series['points']): void {
  const latencies = recorder.summaries.map(({ name }) => ({
    name,
    unit: 'ms',
    points: recorder.samplesOf(name).map(({ at, ms }) => ({ at, value: ms })),
  }));
  writeFileSync(values.plot, plot([...latencies, { name: 'memory', unit: 'MB', points: memory }], recorder.elapsedMs));
  console.log(`The plot is in ${values.plot}.`);
}

run(main);
