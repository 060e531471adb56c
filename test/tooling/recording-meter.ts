import type { Counted, Measured, Meter } from '../../src/domain/ports/meter';

/** Remembers what it is told: sums of what is counted, every value of what is measured. */
export function recordingMeter() {
  const counts: Partial<Record<Counted, number>> = {};
  const values: Partial<Record<Measured, number[]>> = {};
  const meter: Meter = {
    count(what, by = 1) {
      if (by > 0) counts[what] = (counts[what] ?? 0) + by;
    },
    measure(what, ms) {
      values[what] = [...(values[what] ?? []), ms];
    },
  };
  /** All since the last time. */
  const take = () => {
    const taken = { ...counts, ...values };
    for (const what of Object.keys(counts)) delete counts[what as Counted];
    for (const what of Object.keys(values)) delete values[what as Measured];
    return taken;
  };
  return { meter, take };
}
