/**
 * What presence costs against how soon it tells the truth: heartbeat × sweep period → the worst delay until somebody who
 * vanished is offline → dollars per 1,000 users online for an hour. Units are those that the real operations consume on the
 * embedded database; durations are assumed; rates are in prices.ts. The tables are those of TUNING.md.
 *
 *   npm run bench:presence
 */
import { parseArgs } from 'node:util';
import { PRICES_OF, REGION } from './bill/prices';
import { onDatabase } from './operations/on-engine';
import { ASSUMED } from './presence/cost';
import { presenceTables } from './presence/tables';
import { measurePresence, ROWS } from './presence/units';
import { run } from './report/run';

async function main(): Promise<void> {
  parseArgs(); // It has no options: whoever gives one is told.
  const units = await onDatabase(measurePresence);
  console.log(`${presenceTables(units)}\n`);
  console.log(`measured, in read and write units: ${JSON.stringify(units)}, a pass over ${ROWS} rows`);
  console.log(`assumed: ${JSON.stringify(ASSUMED)}; rates of ${REGION}, looked up on ${PRICES_OF}`);
}

run(main);
