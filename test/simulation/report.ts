import type { Act, DevicePlan, Plan } from './plan';
import type { Shrunk } from './shrink';

const TAIL = 80; // Lines of a timeline that a failure prints: what led to it stands at its end.

export function describePlan(plan: Plan): string {
  const { seed, users, rates, devicesMax, leaseMs, loginGraceMs, sweepPeriodMs, latencyMs, safetyMs } = plan;
  const faults = Object.entries(rates).map(([fault, rate]) => `${fault} ${((rate ?? 0) * 100).toFixed(1)} %`);
  return [
    `Seed ${seed}: ${users} users, ${plan.devices.length} devices, faults for ${seconds(safetyMs)}`,
    `  lease ${seconds(leaseMs)}, grace ${seconds(loginGraceMs)}, sweep every ${seconds(sweepPeriodMs)}, latency up to ${latencyMs} ms, ${devicesMax} devices at most`,
    `  faults: ${faults.join(', ') || 'none'}`,
    ...plan.devices.map((device) => `  ${describeDevice(device)}`),
    '',
  ].join('\n');
}

function describeDevice({ name, heartbeat, acts }: DevicePlan): string {
  const promise = heartbeat === undefined ? 'no heartbeats' : `heartbeat ${heartbeat} s`;
  return `${name}: ${promise}; ${acts.map((act) => `${nameOf(act)} at ${seconds(act.at)}`).join(', ')}`;
}

export function describeFailure({ plan, run, runs }: Shrunk, flags: string): string {
  const { violation, timeline, injected } = run;
  return [
    `Seed ${plan.seed} breaks ${violation?.property}: ${violation?.what}`,
    `The shortest schedule found in ${runs} runs has ${run.events} events; what went wrong in it: ${injected.join(', ') || 'nothing'}.`,
    describePlan(plan),
    ...(timeline.length > TAIL ? [`… ${timeline.length - TAIL} lines before`] : []),
    ...timeline.slice(-TAIL),
    `npm run simulate -- --seed ${plan.seed}${flags} tells the whole day of this seed, as it was before it was made shorter.`,
  ].join('\n');
}

function nameOf(act: Act): string {
  return act.do === 'talk'
    ? Object.values(act.what)
        .map((part) => JSON.stringify(part))
        .join(' ')
    : act.do;
}

const BAR_WIDTH = 40;

/** How far it is, on one line of a terminal. */
export function drawBar(progress: { readonly done: number; readonly of: number; readonly startedAt: number }): void {
  if (!process.stderr.isTTY) return;
  const share = progress.done / progress.of;
  const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
  const leftSeconds = ((performance.now() - progress.startedAt) / 1000) * (1 / share - 1);
  const end = share < 1 ? '' : '\n';
  process.stderr.write(`\r${bar} ${progress.done} of ${progress.of} seeds, ${leftSeconds.toFixed(0)} s left   ${end}`);
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))} s`;
}
