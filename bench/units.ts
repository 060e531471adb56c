import { startEngine } from '../local/dynamodb/engine';
import { createDatabase, type Template } from '../test/tooling/create-database';
import { synthesiseWithoutCode } from '../test/tooling/synthesise-without-code';
import { measureUnits, toTable } from './measure-units';

/** Prints what each operation costs, as DynamoDB counts it (`ReturnConsumedCapacity`), on the embedded engine. */
async function main(): Promise<void> {
  const engine = await startEngine({});
  try {
    const database = await createDatabase(engine.url, synthesiseWithoutCode() as unknown as Template);
    console.log(toTable(await measureUnits(database)));
    database.client.destroy();
  } finally {
    await engine.close();
  }
}

main();
