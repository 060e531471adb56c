/**
 * What a month costs, for so many users who chat so much: units as the real operations consume them on the embedded database, rates of
 * prices.ts, and assumptions where nothing can be counted.
 *
 *   npm run cost -- --users 1000 --messages 40 --devices 1.5 --hours 4
 */
import { parseArgs } from 'node:util';
import { RUN_ASSUMED } from './bill/invocation';
import { MONTH_ASSUMED, monthOf, monthTable } from './bill/month';
import { PRICES_OF, REGION } from './bill/prices';
import { readUsage, USAGE_OPTIONS } from './options/usage';
import { run } from './report/run';
import { measureAll } from './units/measure-all';

async function main(): Promise<void> {
  const usage = readUsage(parseArgs({ options: USAGE_OPTIONS }).values);
  const { costs, presence } = await measureAll();
  console.log(`${monthTable(monthOf(usage, costs, presence))}\n`);
  console.log(`for ${JSON.stringify(usage)}, each day of a user`);
  console.log(`assumed: ${JSON.stringify({ ...RUN_ASSUMED, ...MONTH_ASSUMED })}`);
  console.log(`rates of ${REGION}, looked up on ${PRICES_OF}; without free tiers, data transfer, groups and the page`);
}

run(main);
