import { resolve } from 'node:path';
import { buildPage } from '../../web/build';
import { securityHeaders } from '../../web/headers';
import type { ReadyFacts } from '../cli/console';
import type { StartOptions } from '../cli/options';
import type { Steps } from '../cli/steps';
import { createTables } from '../dynamodb/create-tables';
import { startEngine } from '../dynamodb/engine';
import { LOCAL_ACCOUNT, LOCAL_REGION, localClient } from '../dynamodb/local-client';
import { indexStream } from '../dynamodb/stream-index';
import type { GatewayEvent } from '../gateway/gateway-event';
import type { Closers } from '../process/closers';
import { findFreePort, requireFreePort } from '../process/free-port';
import { openStateFolder, type StateFolder } from '../process/state-folder';
import { startWebServer } from '../process/web-server';
import { type WatchReports, watchApp } from '../watch/watch-app';
import { readCloudAssembly } from './cloud-assembly';
import type { AppDescription } from './description';
import { readTemplate } from './read-template';
import { type ServedApi, serveApi } from './serve-api';
import { synthesise } from './synthesise';

export interface StartContext {
  readonly root: string;
  readonly options: StartOptions;
  readonly steps: Steps;
  /** Whatever is started is added at once, so that a start which fails half-way leaves nothing behind. */
  readonly closers: Closers;
  /** Aborted when the person no longer wants to wait. */
  readonly stop: AbortController;
  readonly onEvent: (event: GatewayEvent) => void;
  /** With it, the sources are watched, and changed functions are swapped in. */
  readonly watch?: WatchReports;
  /** The database ended by itself. */
  readonly onDatabaseEnded: (lastWords: string) => void;
}

/** The whole of AWS that Rollcall needs, on this machine. Rejects with a ClearError for whatever a person can change. */
export async function startApp(context: StartContext): Promise<ReadyFacts> {
  const startedAt = performance.now();
  const { options, steps, closers, stop } = context;
  // First of all, because it takes a millisecond and the rest takes seconds.
  await requireFreePort(options.port, '--port');
  if (options.app === undefined) await requireFreePort(options.webPort, '--web-port');
  // The Lambdas' environment names the port, so it must be known before the gateway listens.
  const port = options.port === 0 ? await findFreePort() : options.port;
  const state = await openStateFolder(options.database, { root: context.root, port });
  closers.add(state.close);

  const [app, database] = await together(stop, [
    steps.run(options.app === undefined ? 'synthesise the app and bundle its Lambdas' : 'read the app', () =>
      readApp(context, { cloudAssembly: state.cloudAssembly, port, signal: stop.signal }),
    ),
    steps.run('start the database', () => openDatabase(context, state)),
  ]);
  await steps.run(`create ${app.tables.length} tables`, () => createAll(app, database));
  stop.signal.throwIfAborted();
  return steps.run('start the gateway', async () => {
    const served = await serveApi(context, { app, database, port, state });
    watchSources(context, { app, ...served, port, cloudAssembly: state.cloudAssembly });
    const { gateway } = served;
    const web = await serveWeb(context, gateway.url);
    stop.signal.throwIfAborted();
    return { url: gateway.url, ...web, database, startedMs: performance.now() - startedAt };
  });
}

/** The page speaks Rollcall's protocol, so no other app has it. */
async function serveWeb({ options, closers }: StartContext, url: string): Promise<{ readonly webUrl?: string }> {
  if (options.app !== undefined) return {};
  const web = await startWebServer({
    port: options.webPort,
    files: options.watch ? buildPage : once(buildPage),
    config: { url, isLocal: true },
    headers: securityHeaders(url),
    gateway: url,
  });
  closers.add(web.close);
  return { webUrl: web.url };
}

/** The same promise for every call, so that what is served stays that of the first. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Both, or the first failure; but not before both have settled: nothing may start any more after a failed start. */
async function together<A, B>(stop: AbortController, [a, b]: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const both = Promise.all([a, b]);
  try {
    return await both;
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled([a, b]);
    throw error;
  }
}

interface Assembly {
  readonly cloudAssembly: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

async function readApp(
  { root, options }: StartContext,
  { cloudAssembly, port, signal }: Assembly,
): Promise<AppDescription> {
  const place = { region: LOCAL_REGION, accountId: LOCAL_ACCOUNT };
  const { app, context } = options;
  const folder = app === undefined ? cloudAssembly : resolve(root, app);
  if (app === undefined) await synthesise({ root, output: folder, signal, context, ...place });
  const assembly = await readCloudAssembly(folder);
  return readTemplate({ ...assembly, ...place, localHost: `localhost:${port}` });
}

interface Watched extends Omit<Assembly, 'signal'>, Pick<ServedApi, 'functions'> {
  readonly app: AppDescription;
}

/** Only our own sources: those of a cdk.out folder are somewhere else. */
function watchSources(context: StartContext, { app, functions, port, cloudAssembly }: Watched): void {
  const { root, watch, closers, options } = context;
  if (watch === undefined || options.app !== undefined) return;
  const close = watchApp({
    ...{ root, app, functions, cloudAssembly, ...watch },
    readApp: (folder, signal) => readApp(context, { cloudAssembly: folder, port, signal }),
  });
  closers.add(close);
}

/** @returns the URL of a DynamoDB. */
async function openDatabase(
  { options, closers, stop, onDatabaseEnded }: StartContext,
  state: StateFolder,
): Promise<string> {
  if (options.database.kind === 'url') return options.database.url;
  const { databaseFile } = state;
  // Only while it starts: later on, the last $disconnect Lambdas still need it after the person has asked to stop.
  const started = new AbortController();
  const start = () =>
    startEngine({
      ...(databaseFile !== undefined && { databaseFile }),
      onStarted(close) {
        closers.add(close);
        stop.signal.addEventListener('abort', () => void close(), { once: true, signal: started.signal });
      },
    });
  try {
    if (databaseFile !== undefined) await indexStream(databaseFile, start);
    const engine = await start();
    engine.ended.then(onDatabaseEnded);
    return engine.url;
  } finally {
    started.abort();
  }
}

async function createAll(app: AppDescription, database: string): Promise<void> {
  const client = localClient(database);
  try {
    await createTables(client, app.tables);
  } finally {
    client.destroy();
  }
}
