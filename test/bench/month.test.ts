import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { MONTH_ASSUMED, monthOf, monthTable } from '../../bench/bill/month';
import { readUsage } from '../../bench/options/usage';
import { count } from '../../bench/scale/format';
import { bindsAt, limitsOf } from '../../bench/scale/limits';
import { loadOf, type Measured } from '../../bench/scale/load';
import { billFor, LONGEST_PING, standingCost } from '../../bench/scale/plan';
import { SIZES, scaleTables } from '../../bench/scale/tables';
import { measureAll } from '../../bench/units/measure-all';
import { describeOn, dynoxide } from '../tooling/engines';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describeOn(dynoxide, 'what is reckoned from measured units', () => {
  let measured: Measured;

  beforeAll(async () => {
    measured = await measureAll();
  }, 240_000);

  it('is what DEPLOY.md says of a month, and nobody costs nothing but what stands by', () => {
    const { costs, presence } = measured;
    const dollarsFor = (users: string) =>
      monthOf(readUsage({ users }), costs, presence).reduce((sum, { dollars }) => sum + dollars, 0);

    expect(read('DEPLOY.md')).toContain(monthTable(monthOf(readUsage({}), costs, presence)));
    const idle = dollarsFor('0');
    expect(idle).toBeLessThan(5);
    // All but the sweep, the polls and the alarms grows with the users.
    expect(dollarsFor('2000') - idle).toBeCloseTo(2 * (dollarsFor('1000') - idle), 6);
  });

  it('is what SCALE.md says, table by table', () => {
    const document = read('SCALE.md');

    for (const table of Object.values(scaleTables(readUsage({}), SIZES, measured)))
      expect(document).toContain(`\n${table}\n`);
    expect(document).toContain(`${standingCost(readUsage({}), measured).toFixed(2)} dollars`);
  }, 60_000);

  it('is what SCALE.md says in short: what binds first, and what each user costs', () => {
    const [inShort] = read('SCALE.md').split('## ');
    const [usage, online] = [readUsage({}), readUsage({ users: '1000000' })];

    const first = limitsOf(loadOf(usage, measured)).slice(0, 4);
    expect(first.map(({ lifted }) => lifted)).toEqual([
      ...['the prop `reservedConcurrency`', 'the prop `throttle`', 'by itself', 'on request'],
    ]);
    for (const limit of first) expect(inShort).toContain(count(bindsAt(limit)));
    for (const ping of [usage.ping, LONGEST_PING]) {
      const { together, accounts } = billFor({ ...online, ping }, measured);
      expect(inShort).toContain(` ${((100 * together) / accounts).toFixed(1)} `);
    }
  });
});

describe('what is assumed', () => {
  it('has as many alarms as the runbook', () => {
    expect(read('RUNBOOK.md')).toContain(`over ${MONTH_ASSUMED.alarmMetrics} metrics`);
  });
});

describe('the options', () => {
  it('are numbers, with defaults', () => {
    expect(readUsage({ users: '5', hours: '0.5' })).toMatchObject({ users: 5, hours: 0.5, ping: 45 });
  });

  it.each<[string, Parameters<typeof readUsage>[0]]>([
    ['--hours must be a number from 0 to 24, not "25"', { hours: '25' }],
    ['--devices must be a number from 1 to 100, not "0"', { devices: '0' }],
    ['--users must be a number from 0 to 1000000000, not "many"', { users: 'many' }],
    ['--ping must be a number from 10 to 540, not ""', { ping: '' }],
  ])('are refused where they cannot be meant: %s', (message, given) => {
    expect(() => readUsage(given)).toThrow(message);
  });
});
