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
import { findFreePort } from '../local/process/free-port';
import { Crowd } from './load/crowd';
import { readLoadOptions, type Sizes } from './load/options';
import { type Phase, phaseTable } from './load/phases';
import { type Series, toPlot } from './load/plot';
import { Recorder } from './load/recorder';
import { deployed, type Server, startLocal } from './load/server';
import { run } from './report/run';
import { table } from './report/table';

const MEGABYTE = 1024 * 1024;

async function main(): Promise<void> {
  const { url, plot, ...sizes } = readLoadOptions(process.argv.slice(2));
  const server = url === undefined ? await startLocal(await findFreePort()) : await deployed(url);
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
  report(sizes, crowd, { recorder, ownDelayMs: ownDelay.percentile(99) / 1e6 });
  if (memory.length > 0) console.log(`\n${phaseTable(phases)}`);
  writePlot(plot, recorder, memory);
}

function line(phase: string, crowd: Crowd, { errors }: Recorder): string {
  const failed = [...errors.values()].reduce((sum, count) => sum + count, 0);
  return `  ${phase}: ${crowd.connected} of ${crowd.size} connected, ${crowd.sent} sent, ${crowd.missing} not shown yet, ${failed} errors`;
}

function sample(server: Server, recorder: Recorder, memory: { at: number; value: number }[]): void {
  const consumed = server.consumed();
  if (consumed) memory.push({ at: recorder.elapsedMs, value: consumed.memory / MEGABYTE });
}

interface Measured {
  readonly recorder: Recorder;
  readonly ownDelayMs: number;
}

function report(sizes: Sizes, crowd: Crowd, { recorder, ownDelayMs }: Measured): void {
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

function writePlot(file: string, recorder: Recorder, memory: Series['points']): void {
  const latencies = recorder.summaries.map(({ name }) => ({
    name,
    unit: 'ms',
    points: recorder.samplesOf(name).map(({ at, ms }) => ({ at, value: ms })),
  }));
  writeFileSync(file, toPlot([...latencies, { name: 'memory', unit: 'MB', points: memory }], recorder.elapsedMs));
  console.log(`The plot is in ${file}.`);
}

run(main);
