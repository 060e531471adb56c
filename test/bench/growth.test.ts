import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type Counted, countOn, type Timed, timeOn } from '../../bench/growth/measure';
import { toCountTable, toTimeTable } from '../../bench/growth/tables';
import { populate } from '../../bench/operations/population';
import { SWEEP_SEGMENTS } from '../../src/protocol/limits';
import { createDatabase } from '../tooling/create-database';
import { describeOn, dynoxide, readTemplate } from '../tooling/engines';
import { faultsOf } from '../tooling/row-shapes';
import { expectLogInvariantsIn, expectPresenceInvariantsIn, scanAll } from '../tooling/rows';

const [FEW, MANY] = [20, 200];

const populated = async (users: number) => {
  const database = await createDatabase(String(dynoxide.url), readTemplate());
  await populate(database, users);
  return { users, database };
};

describeOn(dynoxide, 'a population', () => {
  it('has rows of no other shape than the operations write, and keeps what they promise', async () => {
    const { database } = await populated(FEW);

    const rows = await scanAll(database);

    expect(faultsOf(rows)).toEqual([]);
    expectPresenceInvariantsIn(rows);
    expectLogInvariantsIn(rows);
    const profiles = rows.chat.filter(({ sk }) => sk?.S === 'PROFILE');
    expect(profiles.filter(({ state }) => state?.S === 'online')).toHaveLength(FEW);
    expect(new Set(profiles.map(({ pk }) => pk?.S)).size).toBe(FEW);
    expect(rows.connections).toHaveLength(FEW);
  });
});

describeOn(dynoxide, 'what one unit of work costs', () => {
  it('does not grow with the users that are there, and is what bench/README.md says', async () => {
    const [few, many] = [await countOn(await populated(FEW)), await countOn(await populated(MANY))];

    const withoutUsers = ({ users, ...cost }: Counted) => cost;
    const [visitOfFew, visitOfMany] = [few.slice(0, -1), many.slice(0, -1)];
    expect(visitOfFew.map(withoutUsers)).toEqual(visitOfMany.map(withoutUsers));
    const readme = readFileSync(join(__dirname, '../../bench/README.md'), 'utf8');
    for (const row of toCountTable([...visitOfFew, ...visitOfMany]).split('\n')) expect(readme).toContain(`\n${row}\n`);
    const [sweptFew, sweptMany] = [few.at(-1), many.at(-1)];
    // A page has room for all of either, in each segment.
    expect(sweptFew?.requests).toBe(SWEEP_SEGMENTS / FEW);
    expect(sweptMany?.requests).toBe(SWEEP_SEGMENTS / MANY);
    expect(sweptMany?.readUnits).toBeLessThanOrEqual(Number(sweptFew?.readUnits));
    expect(sweptMany?.writeUnits).toBe(0);
  }, 60_000);

  it('is timed in turn, each visit on a pair of its own', async () => {
    const databases = [await populated(FEW * 2), await populated(FEW * 3)];
    let visits = 0;

    const timed = await timeOn(databases, 4, () => visits++);

    const ofFirst = timed.filter(({ users }) => users === FEW * 2);
    expect(ofFirst.map(({ operation }) => operation)).toEqual(timed.slice(ofFirst.length).map((one) => one.operation));
    expect(timed.every(({ ms }) => ms > 0)).toBe(true);
    expect(visits).toBe(14);
    await expect(timeOn(databases, 9, () => undefined)).rejects.toThrow('at most 8 rounds');
  }, 60_000);
});

it('is printed with one figure where it is the same at all sizes, and with one for each where it is not', () => {
  const cost = { inSequence: 1, readUnits: 2, writeUnits: 0, callbacks: 0 };
  const counted: readonly Counted[] = [
    { operation: 'a', users: 1_000, requests: 1, ...cost },
    { operation: 'a', users: 10_000, requests: 3, ...cost },
  ];
  const timed: readonly Timed[] = [
    { operation: 'a', users: 1_000, ms: 4 },
    { operation: 'a', users: 10_000, ms: 5 },
  ];

  expect(toCountTable(counted)).toContain('| a | 1 · 3 | 1 | 2 | 0 | 0 |');
  expect(toTimeTable(timed).split('\n')).toEqual([
    '| time | ms, 1,000 users | of that, 10,000 users |',
    '| --- | --: | --: |',
    '| a | 4 | 1.25 |',
  ]);
});
