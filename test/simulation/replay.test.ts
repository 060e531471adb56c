import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { optionsOf } from './jobs';
import { planOf } from './plan';
import { Random } from './random';
import { runPlan, runSeed } from './run-seed';
import { shrink } from './shrink';

const simulate = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'simulate.ts'), ...args], { encoding: 'utf8' });

describe('a seed', () => {
  it('decides everything: its timeline is the same each time', async () => {
    for (const seed of [3, 6, 16]) {
      const [once, again] = [
        await runSeed(seed, { ...optionsOf(undefined), keepsTimeline: true }),
        await runSeed(seed, { ...optionsOf(undefined), keepsTimeline: true }),
      ];

      expect(once.timeline.length).toBeGreaterThan(20);
      expect(again).toEqual(once);
    }
  });

  it('decides a day of messages as well', async () => {
    for (const seed of [2, 5]) {
      const options = { ...optionsOf(undefined), keepsTimeline: true };
      const [once, again] = [await runSeed(seed, options, 'messages'), await runSeed(seed, options, 'messages')];

      expect(once.timeline.join('\n')).toContain('log.put(');
      expect(again).toEqual(once);
    }
  });

  it('decides another day than the next one', async () => {
    const [one, next] = [await runSeed(6, optionsOf(undefined)), await runSeed(7, optionsOf(undefined))];

    expect(one.events).not.toBe(next.events);
  });

  it('has chance for each part that does not depend on what others draw', () => {
    const [one, other] = [new Random('7'), new Random('7')];
    one.fork('devices').fraction();
    one.fraction();

    expect(one.fork('network').fraction()).toBe(other.fork('network').fraction());
  });
});

describe('a failing seed', () => {
  it('becomes a shorter schedule that breaks the same property', async () => {
    const options = optionsOf('naive-gone');
    const plan = planOf(78);
    const whole = await runPlan(plan, options);

    const { run, plan: shorter } = await shrink(plan, options);

    expect(run.violation?.property).toBe(whole.violation?.property);
    expect(run.events).toBeLessThan(whole.events);
    expect(shorter.devices.length).toBeLessThan(plan.devices.length);
    expect(Object.keys(shorter.rates).length).toBeLessThan(Object.keys(plan.rates).length);
    expect(run.timeline.at(-1)).toContain('**** P4');
  }, 1_200_000);
});

describe('npm run simulate', () => {
  it('names an option that it does not know, and says what there is', () => {
    const { status, stderr } = simulate('--sedes', '3');

    expect(status).toBe(2);
    expect(stderr).toContain("Unknown option '--sedes'");
    expect(stderr).toContain('--seeds N');
  }, 1_200_000);

  it.each([
    ['--seeds', 'many'],
    ['--from', '0'],
    ['--seed', '1.5'],
    ['--workers', ''],
  ])(
    'refuses %s "%s"',
    (option, value) => {
      const { status, stderr } = simulate(`${option}=${value}`);

      expect(status).toBe(2);
      expect(stderr).toContain(`${option} must be a whole number above 0, not "${value}".`);
    },
    1_200_000,
  );

  it('prints the seed, the shortest schedule found and its timeline when a property does not hold', () => {
    const { status, stdout } = simulate('--seeds', '100', '--mutant', 'naive-gone');

    expect(status).toBe(1);
    expect(stdout).toMatch(/^Seed \d+ breaks P4: /);
    expect(stdout).toContain('The shortest schedule found');
    expect(stdout).toMatch(/^ +\d+\.\d{3} {2}API Gateway +answers 410/m);
    expect(stdout).toMatch(/npm run simulate -- --seed \d+ --mutant naive-gone/);
  }, 1_200_000);

  it('finds and shortens what is wrong with messages, and says how to see it again', () => {
    const { status, stdout } = simulate('--messages', '--seeds', '100', '--mutant', 'emptied-on-read');

    expect(status).toBe(1);
    expect(stdout).toMatch(/^Seed \d+ breaks M1: /);
    expect(stdout).toMatch(/npm run simulate -- --seed \d+ --messages --mutant emptied-on-read/);
  }, 1_200_000);
});
