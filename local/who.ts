import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explain } from './cli/console';
import { styleFor } from './cli/style';
import { parseWhoOptions, WHO_USAGE, type WhoSource } from './cli/who-options';
import { whoTable } from './cli/who-table';
import { findTables } from './dynamodb/find-tables';
import { LOCAL_REGION, localClient } from './dynamodb/local-client';
import { readPresence } from './dynamodb/read-presence';
import { ClearError, messageOf } from './process/clear-error';

/** A server on this machine answers in milliseconds. */
const LOCAL_MS_MAX = 5_000;

async function main(args: readonly string[]): Promise<void> {
  const { source, json, help } = parseWhoOptions(args);
  if (help) {
    process.stdout.write(WHO_USAGE);
    return;
  }
  const { client, stackName } = await open(source);
  try {
    const people = await readPresence(client, await findTables(client, stackName));
    process.stdout.write(json ? `${JSON.stringify(people)}\n` : whoTable(people, styleFor(process.stdout)));
  } catch (error) {
    throw asClearError(error, source);
  } finally {
    client.destroy();
  }
}

async function open(source: WhoSource): Promise<{ readonly client: DynamoDBClient; readonly stackName: string }> {
  switch (source.kind) {
    case 'local': {
      const { database, stackName } = await askLocal(source.port);
      return { client: localClient(database), stackName };
    }
    case 'deployed':
      return { client: new DynamoDBClient({}), stackName: source.stackName };
    case 'endpoint':
      return { client: endpointClient(source.url), stackName: source.stackName };
  }
}

/** Emulators take any key, but the SDK sends nothing without one. Where the environment has one, it may matter. */
function endpointClient(endpoint: string): DynamoDBClient {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? LOCAL_REGION;
  const hasCredentials = process.env.AWS_ACCESS_KEY_ID !== undefined || process.env.AWS_PROFILE !== undefined;
  if (hasCredentials) return new DynamoDBClient({ endpoint, region });
  return new DynamoDBClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}

async function askLocal(port: number): Promise<{ readonly database: string; readonly stackName: string }> {
  const nobody = `nothing answers on port ${port}: run \`npm start\` first, or name --port, --stack or --endpoint`;
  try {
    const response = await fetch(`http://localhost:${port}/_local/`, { signal: AbortSignal.timeout(LOCAL_MS_MAX) });
    const facts = (await response.json()) as { readonly database?: unknown; readonly stackName?: unknown };
    if (typeof facts.database === 'string' && typeof facts.stackName === 'string') {
      return { database: facts.database, stackName: facts.stackName };
    }
  } catch (error) {
    throw new ClearError(nobody, { cause: error });
  }
  throw new ClearError(
    `port ${port} is not Rollcall's: run \`npm start\` first, or name --port, --stack or --endpoint`,
  );
}

/** Whatever a database in the network answers (no credentials, no rights, nobody there) is not a bug of ours. */
function asClearError(error: unknown, source: WhoSource): ClearError {
  if (error instanceof ClearError) return error;
  const advice =
    source.kind === 'deployed' ? '; name a region (AWS_REGION) and credentials as for `npm run deploy`' : '';
  return new ClearError(`cannot read the database: ${messageOf(error)}${advice}`, { cause: error });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const { message, details } = explain(error);
  process.stderr.write(`${details === '' ? '' : `${details}\n`}error: ${message}\n`);
  process.exitCode = 1;
});
