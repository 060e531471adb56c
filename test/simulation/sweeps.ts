import { SWEEP_SHIFT_MS } from '../../src/protocol/limits';
import type { Faults } from './faults';
import type { Lambdas } from './lambdas';
import type { Operations } from './operations';
import type { Scheduler } from './scheduler';

interface SweepsWorld {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly lambdas: Lambdas;
  readonly operations: Operations;
  readonly periodMs: number;
}

const EVERY_MS = 60_000; // EventBridge knows nothing shorter.
const LIMIT_MS = 110_000; // The sweep's timeout in lib/function-sizes.ts …
const WORK_MS = 90_000; // … less SWEEP_MARGIN_MS.

/** The sweep's schedule: each minute, unless it is missed; sometimes twice. */
export function sweepEachMinute(world: SweepsWorld): void {
  const { scheduler, faults } = world;
  scheduler.after(EVERY_MS, () => sweepEachMinute(world));
  if (faults.happens('sweepMissed')) return;
  sweep(world);
  if (faults.happens('sweepDoubled'))
    scheduler.after(faults.of('sweepDoubled').between(0, EVERY_MS), () => sweep(world));
}

function sweep({ lambdas, operations, periodMs }: SweepsWorld): void {
  lambdas.invoke({
    route: 'sweep',
    limitMs: LIMIT_MS,
    run: (ports) => {
      const now = ports.clock.now();
      return operations.sweep(ports, { periodMs, beginUntil: now + SWEEP_SHIFT_MS, until: now + WORK_MS });
    },
  });
}
