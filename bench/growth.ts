/**
 * What one unit of work costs with so many users in the database: login, message, disconnect and the sweep, in requests and units,
 * which must not grow, and in time as a ratio to the smallest. Filling takes minutes.
 *
 *   npm run bench:growth -- --users 1000,10000,100000 --rounds 200
 */
import { parseArgs } from 'node:util';
import { type Engine, startEngine } from '../local/dynamodb/engine';
import { createDatabase, type Template } from '../test/tooling/create-database';
import { synthesiseWithoutCode } from '../test/tooling/synthesise-without-code';
import { type Counted, countOn, type Populated, timeOn } from './growth/measure';
import { toCountTable, toTimeTable } from './growth/tables';
import { populate } from './operations/population';
import { readSizes } from './options/sizes';
import { run } from './report/run';

/** Each visits a pair of its own, and 1,000 users are 500 pairs. */
const ROUNDS = '200';

const TELL_EVERY = 20;

const options = {
  users: { type: 'string', default: '1000,10000,100000' },
  rounds: { type: 'string', default: ROUNDS },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const sizes = readSizes('users', values.users);
  const [rounds] = readSizes('rounds', values.rounds);
  const engines: Engine[] = [];
  try {
    const databases: Populated[] = [];
    for (const users of sizes) databases.push(await populatedOn(engines, users));
    const timed = await timeOn(databases, rounds ?? 0, (done) => {
      if (done % TELL_EVERY === 0) console.error(`${done} visits of each`);
    });
    const counted: Counted[] = [];
    for (const populated of databases) counted.push(...(await countOn(populated)));
    console.log(`${toCountTable(counted)}\n\n${toTimeTable(timed)}`);
    for (const { database } of databases) database.client.destroy();
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

/** Each has an engine of its own, so that none is slowed by another's rows. */
async function populatedOn(engines: Engine[], users: number): Promise<Populated> {
  const engine = await startEngine({});
  engines.push(engine);
  const database = await createDatabase(engine.url, synthesiseWithoutCode() as unknown as Template);
  await populate(database, users, (done) => console.error(`${done} of ${users} users`));
  return { users, database };
}

run(main);
