/**
 * What a month costs, for so many users who chat so much: units as the real operations consume them on the embedded database, rates of
 * prices.ts, and assumptions where nothing can be counted.
 *
 *   npm run cost -- --users 1000 --messages 40 --devices 1.5 --hours 4
 */
import { parseArgs } from 'node:util';
import { startEngine } from '../local/dynamodb/engine';
import { createDatabase, type Template } from '../test/tooling/create-database';
import { synthesiseWithoutCode } from '../test/tooling/synthesise-without-code';
import { RUN_ASSUMED } from './bill/invocation';
import { MONTH_ASSUMED, monthOf, monthTable } from './bill/month';
import { PRICES_OF, REGION } from './bill/prices';
import { readUsage, USAGE_OPTIONS } from './options/usage';
import { measurePresence } from './presence/units';
import { measureUnits } from './units/measure';

async function main(): Promise<void> {
  const usage = readUsage(parseArgs({ options: USAGE_OPTIONS }).values);
  const template = synthesiseWithoutCode() as unknown as Template;
  const engine = await startEngine({});
  try {
    const database = await createDatabase(engine.url, template);
    const costs = await measureUnits(database);
    const presence = await measurePresence(await createDatabase(engine.url, template));
    database.client.destroy();
    console.log(`${monthTable(monthOf(usage, costs, presence))}\n`);
    console.log(`for ${JSON.stringify(usage)}, each day of a user`);
    console.log(`assumed: ${JSON.stringify({ ...RUN_ASSUMED, ...MONTH_ASSUMED })}`);
    console.log(
      `rates of ${REGION}, looked up on ${PRICES_OF}; without free tiers, data transfer, groups and the page`,
    );
  } finally {
    await engine.close();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
