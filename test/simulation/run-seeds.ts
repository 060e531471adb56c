import { fork } from 'node:child_process';
import { join } from 'node:path';

export interface Batch {
  readonly from: number;
  readonly seeds: number;
  readonly mutant: string | undefined;
}

export interface Failure {
  readonly seed: number;
  readonly property: string;
  readonly what: string;
}

/** What a worker tells: how far it is, and what went wrong. */
export interface Progress {
  readonly seeds: number;
  readonly steps: number;
  readonly failures: readonly Failure[];
}

export interface Result {
  readonly seeds: number;
  readonly steps: number;
  readonly seconds: string;
  readonly failure: Failure | undefined;
}

const BAR_WIDTH = 40;

/** Runs seeds in several processes; ends them all with the first failure. */
export async function runSeeds({
  seeds,
  from,
  workers,
  mutant,
}: Batch & { readonly workers: number }): Promise<Result> {
  const startedAt = performance.now();
  const total = { seeds: 0, steps: 0 };
  const failures: Failure[] = [];
  const children = shares(seeds, workers).map(({ offset, count }) =>
    startWorker({ from: from + offset, seeds: count, mutant }),
  );
  const onProgress = (progress: Progress) => {
    total.seeds += progress.seeds;
    total.steps += progress.steps;
    failures.push(...progress.failures);
    drawBar(total.seeds, seeds, startedAt);
    if (failures.length > 0) for (const { child } of children) child.kill();
  };
  for (const { child } of children) child.on('message', (progress) => onProgress(progress as Progress));
  const codes = await Promise.all(children.map(({ ended }) => ended));
  if (process.stderr.isTTY) process.stderr.write('\n');
  if (failures.length === 0 && codes.some((code) => code !== 0))
    throw new Error('A worker ended before its work was done.');
  return { ...total, seconds: ((performance.now() - startedAt) / 1000).toFixed(1), failure: failures[0] };
}

function startWorker(batch: Batch) {
  const child = fork(join(__dirname, 'worker.ts'), [JSON.stringify(batch)], { execArgv: ['--import', 'tsx'] });
  return { child, ended: new Promise<number | null>((resolve) => child.once('exit', resolve)) };
}

function shares(seeds: number, workers: number): readonly { readonly offset: number; readonly count: number }[] {
  const size = Math.ceil(seeds / workers);
  const offsets = Array.from({ length: Math.ceil(seeds / size) }, (_, index) => index * size);
  return offsets.map((offset) => ({ offset, count: Math.min(size, seeds - offset) }));
}

function drawBar(done: number, seeds: number, startedAt: number): void {
  if (!process.stderr.isTTY) return;
  const share = done / seeds;
  const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
  const left = ((performance.now() - startedAt) / 1000) * (1 / share - 1);
  process.stderr.write(`\r${bar} ${done} of ${seeds} seeds, ${left.toFixed(0)} s left   `);
}
