import { NOTHING, type SweepCounts, type SweepPorts, sweep } from './sweep';

interface Shift {
  readonly periodMs: number;
  /** No pass begins at or after this (ms since 1970): the next shift takes over. */
  readonly beginUntil: number;
  /** Nothing more is begun after this. */
  readonly until: number;
}

export type ShiftCounts = SweepCounts & { readonly passes: number };

/**
 * Sweeps every `periodMs`, at least once, and returns the sums. A schedule knows nothing shorter than a minute, so each of
 * its invocations is a shift of several passes. A pass that takes longer than the period is followed by the next at once.
 */
export async function keepSweeping(ports: SweepPorts, { periodMs, beginUntil, until }: Shift): Promise<ShiftCounts> {
  let due = ports.clock.now();
  let total: ShiftCounts = { ...NOTHING, passes: 0 };
  for (;;) {
    total = { ...sum(total, await sweep(ports, { until })), passes: total.passes + 1 };
    due = Math.max(due + periodMs, ports.clock.now());
    if (due >= beginUntil) return total;
    await ports.clock.sleep(due - ports.clock.now());
  }
}

function sum(one: SweepCounts, other: SweepCounts): SweepCounts {
  return {
    scanned: one.scanned + other.scanned,
    released: one.released + other.released,
    forgotten: one.forgotten + other.forgotten,
    renewed: one.renewed + other.renewed,
    changed: one.changed + other.changed,
    left: one.left + other.left,
    failed: one.failed + other.failed,
  };
}
