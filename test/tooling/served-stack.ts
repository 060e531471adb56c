import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCloudAssembly } from '../../local/app/cloud-assembly';
import { readTemplate } from '../../local/app/read-template';
import { serveApi } from '../../local/app/serve-api';
import { synthesise } from '../../local/app/synthesise';
import { createTables } from '../../local/dynamodb/create-tables';
import { startEngine } from '../../local/dynamodb/engine';
import { localClient } from '../../local/dynamodb/local-client';
import type { GatewayEvent } from '../../local/gateway/gateway-event';
import { Closers } from '../../local/process/closers';
import { findFreePort } from '../../local/process/free-port';

const PLACE = { region: 'us-east-1', accountId: '000000000000' };

/** A cold synth on a busy machine, with the bundles of all Lambdas. */
export const SERVE_MS_MAX = 180_000;

/** The stack of a folder with a cdk.json, served in this process as `npm start` does, on an engine of its own. */
export interface ServedStack {
  readonly url: string;
  /** What the gateway tells of each event, the oldest first. */
  readonly events: readonly GatewayEvent[];
  close(): Promise<void>;
}

export async function serveStack(root: string, context: Readonly<Record<string, string>> = {}): Promise<ServedStack> {
  const closers = new Closers();
  const folder = await mkdtemp(join(tmpdir(), 'served-'));
  closers.add(() => rm(folder, { recursive: true, force: true }));
  try {
    const output = join(folder, 'cdk.out');
    await synthesise({ root, output, context, signal: AbortSignal.timeout(SERVE_MS_MAX), ...PLACE });
    const port = await findFreePort();
    const app = readTemplate({ ...(await readCloudAssembly(output)), ...PLACE, localHost: `localhost:${port}` });
    const engine = await startEngine({});
    closers.add(() => engine.close());
    const database = localClient(engine.url);
    await createTables(database, app.tables);
    database.destroy();
    const events: GatewayEvent[] = [];
    const options = { behaviours: {}, limits: {} };
    const state = { folder, journalPath: join(folder, 'journal') };
    const served = await serveApi(
      { closers, options, onEvent: (event) => events.push(event) },
      { app, database: engine.url, port, state },
    );
    return { url: served.gateway.url, events, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}
