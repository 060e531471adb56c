import type { Violation } from './checkers/checker';
import type { Injection } from './faults';
import { type Plan, planOf } from './plan';
import { talkPlanOf } from './talk/plan';
import type { Subject } from './talk/subject';
import { World, type WorldOptions } from './world';

export interface Run {
  readonly violation: Violation | undefined;
  readonly steps: number;
  readonly events: number;
  readonly injected: readonly Injection[];
  readonly timeline: readonly string[];
}

export async function runPlan(plan: Plan, options: WorldOptions): Promise<Run> {
  const world = new World(plan, options);
  await world.run();
  return {
    violation: world.violations[0],
    steps: world.steps,
    events: world.scheduler.count,
    injected: world.faults.injected,
    timeline: world.timeline?.lines ?? [],
  };
}

export function dayOf(seed: number, about: Subject = 'presence'): Plan {
  return about === 'messages' ? talkPlanOf(seed) : planOf(seed);
}

export function runSeed(seed: number, options: WorldOptions, about?: Subject): Promise<Run> {
  return runPlan(dayOf(seed, about), options);
}
