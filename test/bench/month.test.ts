import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { measureUnits } from '../../bench/measure-units';
import { MONTH_ASSUMED, monthOf, monthTable } from '../../bench/month';
import { measurePresence } from '../../bench/presence-units';
import { readUsage } from '../../bench/usage-options';
import { createDatabase, type Template } from '../tooling/create-database';
import { describeOn, dynoxide } from '../tooling/engines';
import { synthesiseWithoutCode } from '../tooling/synthesise-without-code';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describeOn(dynoxide, 'what a month costs', (database) => {
  it('is what DEPLOY.md says, and nobody costs nothing but what stands by', async () => {
    const costs = await measureUnits(database());
    const template = synthesiseWithoutCode() as unknown as Template;
    const presence = await measurePresence(
      await createDatabase(String(process.env.ROLLCALL_TEST_DYNOXIDE_URL), template),
    );
    const dollarsFor = (users: string) =>
      monthOf(readUsage({ users }), costs, presence).reduce((sum, { dollars }) => sum + dollars, 0);

    expect(read('DEPLOY.md')).toContain(monthTable(monthOf(readUsage({}), costs, presence)));
    const idle = dollarsFor('0');
    expect(idle).toBeLessThan(5);
    // All but the sweep, the polls and the alarms grows with the users.
    expect(dollarsFor('2000') - idle).toBeCloseTo(2 * (dollarsFor('1000') - idle), 6);
  }, 120_000);
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
