import { billOf, type Quantities } from '../bill/dollars';
import { table } from '../report/table';
import { type Heartbeat, signsOfLife, sweeping, worstDelay } from './cost';
import type { PresenceUnits } from './units';

const HEARTBEATS: readonly Heartbeat[] = [10, 30, 60, 120, 300, undefined];
const SWEEP_PERIODS = [10, 20, 30, 60];

/** All three, as they stand in TUNING.md. */
export function presenceTables(units: PresenceUnits): string {
  return [tradeTable(units), signsTable(units), sweepTable(units)].join('\n\n');
}

function tradeTable(units: PresenceUnits): string {
  const head = ['heartbeat', ...SWEEP_PERIODS.map((period) => `sweep every ${period} s`)];
  const rows = HEARTBEATS.map((heartbeat) => {
    const signs = dollars(signsOfLife(units, heartbeat));
    const cells = SWEEP_PERIODS.map((period) => {
      return `${worstDelay(heartbeat, period)} s, $${(signs + dollars(sweeping(units, period))).toFixed(3)}`;
    });
    return [nameOf(heartbeat), ...cells];
  });
  return table(head, rows);
}

function signsTable(units: PresenceUnits): string {
  const head = ['heartbeat', 'messages', 'invocations', 'GB-seconds', 'write units', 'log MB', 'dollars'];
  const rows = HEARTBEATS.map((heartbeat) => {
    const signs = signsOfLife(units, heartbeat);
    const counts = [signs.messages, signs.invocations, signs.gigabyteSeconds, signs.writeUnits, signs.logBytes / 1e6];
    return [nameOf(heartbeat), ...counts.map(count), dollars(signs).toFixed(3)];
  });
  return table(head, rows);
}

function sweepTable(units: PresenceUnits): string {
  const head = ['sweep every', 'invocations', 'GB-seconds', 'read units', 'dollars'];
  const rows = SWEEP_PERIODS.map((period) => {
    const swept = sweeping(units, period);
    const counts = [swept.invocations, swept.gigabyteSeconds, swept.readUnits];
    return [`${period} s`, ...counts.map(count), dollars(swept).toFixed(4)];
  });
  return table(head, rows);
}

function dollars(quantities: Quantities): number {
  return billOf(quantities).together;
}

function nameOf(heartbeat: Heartbeat): string {
  return heartbeat === undefined ? 'none' : `${heartbeat} s`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}
