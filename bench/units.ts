import { startEngine } from '../local/dynamodb/engine';
import { createDatabase, type Template } from '../test/tooling/create-database';
import { synthesiseWithoutCode } from '../test/tooling/synthesise-without-code';
import { RUN_ASSUMED } from './invocation';
import { measureUnits } from './measure-units';
import { PRICES_OF, REGION } from './prices';
import { toBillTable, toTable } from './units-tables';

/** Prints what each operation costs, as DynamoDB counts it (`ReturnConsumedCapacity`) on the embedded engine, and in dollars. */
async function main(): Promise<void> {
  const engine = await startEngine({});
  try {
    const database = await createDatabase(engine.url, synthesiseWithoutCode() as unknown as Template);
    const costs = await measureUnits(database);
    console.log(`${toTable(costs)}\n\n${toBillTable(costs)}\n`);
    console.log(`assumed: ${JSON.stringify(RUN_ASSUMED)}; rates of ${REGION}, looked up on ${PRICES_OF}`);
    database.client.destroy();
  } finally {
    await engine.close();
  }
}

main();
