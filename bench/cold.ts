/**
 * What a Lambda's build costs at a cold start: bytes, the time to load it, and the time to load it and to be through with its first calls
 * (DynamoDB and `@connections`, over TLS), in fresh processes; as ratios to the default of `NodejsFunction`, which leaves the AWS SDK outside.
 * Builds take turns, medians are shown.
 *
 *   npm run bench:cold [-- --route chat --runs 21]
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { cacheFolder } from '../lib/bundle';
import { synthesiseWithoutCode } from '../test/tooling/synthesise-without-code';
import { type Build, builds, type Loading } from './cold/builds';
import { eventFor } from './cold/events';
import { type Services, startServices } from './cold/services';
import { readOneOf } from './options/one-of';
import { readWhole } from './options/whole';
import { median } from './report/percentile';
import { run } from './report/run';

const root = join(__dirname, '..');

/** A Lambda's code wants its environment when it is loaded: names from the template, and in the place of what only AWS knows our services. */
function environmentFor({ url, certificate }: Services): NodeJS.ProcessEnv {
  const { Resources } = synthesiseWithoutCode() as { Resources: Readonly<Record<string, FunctionResource>> };
  const given = Object.values(Resources).map(({ Properties }) => Properties?.Environment?.Variables ?? {});
  const known = Object.entries(Object.assign({}, ...given) as Readonly<Record<string, unknown>>);
  return {
    ...process.env,
    ...Object.fromEntries(known.map(([name, value]) => [name, typeof value === 'string' ? value : `${url}/dev`])),
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
    ...{ AWS_ENDPOINT_URL: url, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    IDENTITY: JSON.stringify({ issuer: url, audience: ['bench'], claim: 'sub' }),
    LOG_LEVEL: 'ERROR',
    NODE_EXTRA_CA_CERTS: certificate,
    NODE_OPTIONS: '',
    NODE_PATH: join(root, 'node_modules'), // The SDK that is left outside has to be found.
  };
}

interface FunctionResource {
  readonly Properties?: { readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> } };
}

interface Times {
  readonly loadedMs: number;
  readonly answeredMs: number;
  /** Whether V8 took the cache for one of its own. */
  readonly isRejected?: boolean;
}

const execute = promisify(execFile);

interface Start {
  readonly bundle: string;
  readonly loading: Loading | 'write';
  readonly event: object | undefined;
}

async function coldStart({ bundle, loading, event }: Start, env: NodeJS.ProcessEnv): Promise<Times> {
  // Another V8 is one with other flags: a cache names both, its version and a hash of the flags.
  const flags = loading === 'stale' ? ['--no-flush-bytecode'] : [];
  const script = join(__dirname, 'cold', 'first-call.cjs');
  const argv = [...flags, script, bundle, loading, event === undefined ? '' : JSON.stringify(event)];
  const { stdout } = await execute(process.execPath, argv, { env, cwd: root });
  const times: Times = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  const isExpected = loading === 'cached' ? times.isRejected === false : loading !== 'stale' || times.isRejected;
  if (!isExpected) throw new Error(`V8 took the cache of ${bundle} otherwise than it was meant.`);
  return times;
}

async function compare(file: string, folder: string, { env, runs }: { env: NodeJS.ProcessEnv; runs: number }) {
  const tried = builds.map((build, index) => {
    const event = build.isLoadedOnly ? undefined : eventFor(file);
    return { build, bundle: join(folder, String(index), `${file}.js`), loading: build.loading, event };
  });
  for (const start of tried) if (start.loading !== 'plain') await coldStart({ ...start, loading: 'write' }, env);
  const times = new Map<Build, Times[]>(builds.map((build) => [build, []]));
  for (let turn = 0; turn < runs; turn++) {
    for (const start of tried) times.get(start.build)?.push(await coldStart(start, env));
  }
  const medians = tried.map(({ build, bundle, event }) => {
    const of = (pick: (times: Times) => number) => median((times.get(build) ?? []).map(pick));
    const total = event && of((t) => t.answeredMs);
    return { build, bytes: bytesOf(bundle), load: of((t) => t.loadedMs), total };
  });
  const [base] = medians;
  for (const { build, bytes, load, total } of medians) {
    const answered = total === undefined ? '' : `   load + first calls ${(total / Number(base?.total)).toFixed(2)}`;
    const ratios = `load ${(load / Number(base?.load)).toFixed(2)}${answered}`;
    console.log(
      `${file.padEnd(14)} ${build.name.padEnd(28)} ${bytes.toLocaleString('en').padStart(9)} bytes   ${ratios}`,
    );
  }
}

function bytesOf(bundle: string): number {
  return statSync(bundle).size;
}

async function main(): Promise<void> {
  const all = readdirSync(join(root, 'lambdas')).map((file) => file.replace(/\.ts$/, ''));
  const { values } = parseArgs({ options: { route: { type: 'string' }, runs: { type: 'string', default: '21' } } });
  const files = values.route === undefined ? all : [readOneOf('route', values.route, all)];
  const runs = readWhole('runs', values.runs, 1_000);
  const folder = mkdtempSync(join(cacheFolder(), 'cold-'));
  const services = await startServices(folder);
  try {
    const env = environmentFor(services);
    for (const [index, build] of builds.entries()) {
      mkdirSync(join(folder, String(index)));
      build.write(files, join(folder, String(index)));
    }
    console.log(`${runs} fresh processes each, Node ${process.version}; ratios to the first build of each`);
    for (const file of files) await compare(file, folder, { env, runs });
  } finally {
    services.close();
    rmSync(folder, { recursive: true });
  }
}

run(main);
