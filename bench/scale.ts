/**
 * Where it stops growing: what of AWS's quotas, and of our own code, binds at how many users online, what happens when all of them come back
 * at once, what has to be asked for, and the bill. The tables are those of SCALE.md. Nothing is timed: units are measured on the embedded
 * database, quotas are in quotas.ts, prices in prices.ts, and the crowd that returns lives in virtual time, by a seed.
 *
 *   npm run scale                        10 thousand, 1 million and 10 million users online
 *   npm run scale -- --users 250000 --messages 40 --devices 1.5 --hours 4 --ping 45 --friends 20
 */
import { parseArgs } from 'node:util';
import { RUN_ASSUMED } from './bill/invocation';
import { MONTH_ASSUMED } from './bill/month';
import { PRICES_OF, REGION } from './bill/prices';
import { readUsage, USAGE_OPTIONS } from './options/usage';
import { run } from './report/run';
import { LIMITS_ASSUMED } from './scale/limits';
import { LOAD_ASSUMED } from './scale/load';
import { standingCost } from './scale/plan';
import { CLIENTS_MAX, NETWORK_MS } from './scale/return';
import { SEED } from './scale/returns';
import { SIZES, scaleTables } from './scale/tables';
import { measureAll } from './units/measure-all';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: USAGE_OPTIONS });
  const usage = readUsage(values);
  const measured = await measureAll();
  const tables = scaleTables(usage, values.users === undefined ? SIZES : [usage.users], measured);
  for (const [title, table] of Object.entries(tables)) console.log(`${title}\n\n${table}\n`);
  const { users: _, ...each } = usage;
  const assumed = { ...LOAD_ASSUMED, ...RUN_ASSUMED, ...LIMITS_ASSUMED, networkMs: NETWORK_MS, ...MONTH_ASSUMED };
  console.log(`for ${JSON.stringify(each)}, each day of a user`);
  console.log(`assumed: ${JSON.stringify(assumed)}`);
  console.log(`a stack that nobody uses: ${standingCost(usage, measured).toFixed(2)} dollars a month`);
  console.log(
    `rates of ${REGION}, looked up on ${PRICES_OF}; seed "${SEED}", ${CLIENTS_MAX} clients that stand for all`,
  );
}

run(main);
