import { table } from '../report/table';
import type { Consumed, CpuSeconds } from './consumed';

const MEGABYTE = 1024 * 1024;

/** One phase of a run: how long it took, and what the server had consumed before and after it, if it runs here. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly before: Consumed | undefined;
  readonly after: Consumed | undefined;
}

/** The phases of a server that runs here, as a table of Markdown: memory at the beginning and the end, CPU in between. */
export function phaseTable(phases: readonly Phase[]): string {
  const rows = phases.map(({ name, seconds, before, after }) => {
    const memory = [before, after].map((consumed) => (consumed ? (consumed.memory / MEGABYTE).toFixed(0) : '–'));
    const cpu = (['gateway', 'lambdas', 'database'] as const).map((part) => spent(part, before?.cpu, after?.cpu));
    return [name, seconds.toFixed(0), ...memory, ...cpu];
  });
  return table(['phase', 's', 'MB before', 'MB after', 'CPU s: gateway', 'Lambdas', 'database'], rows);
}

function spent(part: keyof CpuSeconds, before: CpuSeconds | undefined, after: CpuSeconds | undefined): string {
  return before && after ? (after[part] - before[part]).toFixed(1) : '–';
}
