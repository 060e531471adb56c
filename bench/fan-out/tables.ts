import { prices } from '../bill/prices';
import { table } from '../report/table';
import { type Burst, LATENCY_MS, type Pusher } from './burst';
import { WHOLE_CORE_MB } from './core-share';
import type { Run } from './runs';

interface Beside {
  readonly floor: Run;
  readonly serial: Run;
}

/** By client: time beside serial posts, CPU beside hand-signed ones, for a first burst and a second one. */
export function clientsTable(runs: readonly (Run & Pusher)[], { floor, serial }: Beside): string {
  const ratio = (one: number, other: number) => (one / other).toFixed(3);
  const cells = (burst: (run: Run) => Burst, run: Run) => [
    ratio(burst(run).wallMs, burst(serial).wallMs),
    ratio(burst(run).cpuMs, burst(floor).cpuMs),
  ];
  const rows = runs.map((run) => [
    ...[run.client, run.sockets],
    ...cells(({ first }) => first, run),
    ...cells(({ second }) => second, run),
    ...[run.seen.requests, run.seen.handshakes, run.seen.inFlightMax],
  ]);
  const heads = ['first: of serial', 'CPU of hand-signed', 'then: of serial', 'CPU of hand-signed'];
  return table(['client', 'sockets', ...heads, 'requests', 'handshakes', 'in flight'], rows);
}

interface Size {
  readonly memoryMb: number;
  readonly sockets: number;
}

/**
 * By memory and sockets, for a first burst and a second one: milliseconds as measured; as computed from the CPU time; and for those dollars for a
 * million pushes, and how fast that is per dollar beside the best. A machine that has something else to do gives nobody a whole core.
 */
export function memoriesTable(runs: readonly (Run & Size)[], posts: number): string {
  const bursts = [({ first }: Run) => first, ({ second }: Run) => second];
  const worth = (size: Size, burst: Burst) => 1 / (computedMs(size, burst, posts) ** 2 * size.memoryMb);
  const best = bursts.map((burst) => Math.max(...runs.map((run) => worth(run, burst(run)))));
  const cells = (run: Run & Size) =>
    bursts.flatMap((burst, index) => {
      const computed = computedMs(run, burst(run), posts);
      const dollars = (computed / posts) * (run.memoryMb / 1024) * prices.lambdaGigabyteSecond.dollars * 1000;
      const share = worth(run, burst(run)) / (best[index] ?? 1);
      return [burst(run).wallMs.toFixed(0), computed.toFixed(0), dollars.toFixed(4), share.toFixed(2)];
    });
  const heads = ['computed', 'dollars', 'speed per dollar'];
  const rows = runs.map((run) => [run.memoryMb, run.sockets, ...cells(run)]);
  return table(['MB', 'sockets', 'first: ms', ...heads, 'then: ms', ...heads], rows);
}

/** What a machine with nothing else to do would take: the CPU time on its part of a core, or the waiting, whichever is longer. */
function computedMs({ memoryMb, sockets }: Size, { cpuMs }: Burst, posts: number): number {
  return Math.max(cpuMs / Math.min(1, memoryMb / WHOLE_CORE_MB), Math.ceil(posts / sockets) * LATENCY_MS);
}
