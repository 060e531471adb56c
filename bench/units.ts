/**
 * What each operation costs, as DynamoDB counts it (`ReturnConsumedCapacity`) on the embedded engine, and in dollars; and beside it the
 * designs of AWS's samples, with so many connections in the table. Filling it with 100,000 users takes minutes.
 *
 *   npm run bench:units -- --connections 10,1000,100000
 */
import { parseArgs } from 'node:util';
import { localClient } from '../local/dynamodb/local-client';
import type { Database } from '../src/adapters/dynamodb/database';
import { RUN_ASSUMED } from './bill/invocation';
import { PRICES_OF, REGION } from './bill/prices';
import { type DesignCost, measureOurs, measureSample } from './designs/measure';
import { onDatabase, onEngine } from './operations/on-engine';
import { readSizes } from './options/sizes';
import { run } from './report/run';
import { measureUnits } from './units/measure';
import { toBillTable, toDesignTable, toTable } from './units/tables';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { connections: { type: 'string', default: '10,1000,100000' } } });
  const sizes = readSizes('connections', values.connections);
  const costs = await onDatabase(measureUnits);
  console.log(`${toTable(costs)}\n\n${toBillTable(costs)}\n`);
  const designs: DesignCost[] = [];
  for (const connections of sizes) designs.push(...(await measureDesigns(connections)));
  console.log(`${toDesignTable(designs)}\n`);
  console.log(`assumed: ${JSON.stringify(RUN_ASSUMED)}; rates of ${REGION}, looked up on ${PRICES_OF}`);
}

/** Each size has an engine of its own, so that none is slowed by another's rows. */
function measureDesigns(connections: number): Promise<readonly DesignCost[]> {
  return onEngine(async (url) => {
    const costs: DesignCost[] = [];
    const tell = (what: string) => (done: number) => console.error(`${what}: ${done} of ${connections} connections`);
    for (const design of ['simple', 'successor'] as const) {
      const client = localClient(url);
      costs.push(...(await measureSample(client, design, { connections, tell: tell(design) })));
      client.destroy();
    }
    const ours = (database: Database) => measureOurs(database, { connections, tell: tell('ours') });
    return [...costs, ...(await onDatabase(ours, url))];
  });
}

run(main);
