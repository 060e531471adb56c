import { chunks } from '../../src/domain/steps/chunks';
import type { Fault } from './faults';
import type { DevicePlan, Plan } from './plan';
import { type Run, runPlan } from './run-seed';
import type { WorldOptions } from './world';

const RUNS_MAX = 400; // Some seconds: whoever waits for it wants to read, not to wait.

export interface Shrunk {
  readonly plan: Plan;
  readonly run: Run;
  readonly runs: number;
}

/**
 * The shortest schedule found that breaks the same property: fewer devices, faults, acts and injections, as long as it still
 * fails. Chance is forked by what it is for, so what is left out changes little else.
 */
export async function shrink(failing: Plan, options: WorldOptions): Promise<Shrunk> {
  let best = { plan: failing, run: await runPlan(failing, options) };
  let runs = 1;
  const improve = async (candidate: Plan) => {
    if (runs >= RUNS_MAX) return false;
    runs++;
    const run = await runPlan(candidate, options);
    const isSame = run.violation?.property === best.run.violation?.property;
    if (!isSame || run.events > best.run.events) return false;
    best = { plan: candidate, run };
    return true;
  };
  const rounds = [dropDevices, dropFaults, dropActs, spareInjections];
  let before: Plan;
  do {
    before = best.plan;
    for (const candidates of rounds) await improveBy(candidates, () => best, improve);
  } while (before !== best.plan && runs < RUNS_MAX);
  const run = await runPlan(best.plan, { ...options, keepsTimeline: true });
  return { plan: best.plan, run, runs };
}

type Best = Pick<Shrunk, 'plan' | 'run'>;
type Candidates = (best: Best) => readonly Plan[];

/** Starts over with each improvement: what could not be left out before may be superfluous now. */
async function improveBy(candidates: Candidates, best: () => Best, improve: (plan: Plan) => Promise<boolean>) {
  let isBetter = true;
  while (isBetter) {
    isBetter = false;
    for (const candidate of candidates(best())) {
      isBetter = await improve(candidate);
      if (isBetter) break;
    }
  }
}

function dropDevices({ plan }: Best): readonly Plan[] {
  return plan.devices.map((device) => ({ ...plan, devices: plan.devices.filter((other) => other !== device) }));
}

function dropFaults({ plan }: Best): readonly Plan[] {
  return (Object.keys(plan.rates) as Fault[]).map((fault) => {
    const { [fault]: _, ...rates } = plan.rates;
    return { ...plan, rates };
  });
}

function dropActs({ plan }: Best): readonly Plan[] {
  return plan.devices.flatMap((device) =>
    device.acts.map((act) => {
      const calmer: DevicePlan = { ...device, acts: device.acts.filter((other) => other !== act) };
      return { ...plan, devices: plan.devices.map((other) => (other === device ? calmer : other)) };
    }),
  );
}

/** Halves first, then quarters, then one by one. */
function spareInjections({ plan, run }: Best): readonly Plan[] {
  const { injected } = run;
  const sizes = [injected.length / 2, injected.length / 4, 1].map(Math.ceil).filter((size) => size > 0);
  return [...new Set(sizes)].flatMap((size) =>
    chunks(injected, size).map((part) => ({ ...plan, spared: new Set([...plan.spared, ...part]) })),
  );
}
