import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { bundling, cacheFolder } from '../../lib/bundle';

const ROOT = join(__dirname, '../..');

/** Who looks for credentials where Lambda has none, and what they bring along; and streams of events. */
const LEFT_OUT =
  /credential-provider-(?!env)|nested-clients|token-providers|event-streams|bowser|mnemonist|obliterator/;

/** Operations whose files others use, too: to answer frames, to release who is gone, to list the first members. */
const SHARED = /answer-frame|release-connection|groups\/members/;

/** DynamoDB's types and API Gateway's, as they come over the wire, by the table or connection that is asked for. */
const FAILURES: Readonly<Record<string, { readonly status: number; readonly type?: string; readonly body?: object }>> =
  {
    throttled: { status: 400, type: 'ProvisionedThroughputExceededException' },
    broken: { status: 500, type: 'InternalServerError' },
    refused: { status: 400, type: 'ConditionalCheckFailedException', body: { Item: { id: { S: 'there' } } } },
    cancelled: { status: 400, type: 'TransactionCanceledException', body: { CancellationReasons: [{ Code: 'None' }] } },
    unknown: { status: 400, type: 'SomethingNewException' },
    gone: { status: 410, type: 'GoneException' },
    limited: { status: 429, type: 'LimitExceededException' },
  };
const STEPS = [
  ...['fine', 'throttled', 'broken', 'refused', 'cancelled', 'unknown', 'brokenOnce'].map((name) => `put:${name}`),
  'query:fine',
  ...['fine', 'gone', 'limited', 'broken'].map((name) => `post:${name}`),
];

let server: Server;
let url: string;
let folder: string;
/** Requests by table or connection. */
const requests = new Map<string, number>();

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const name = await nameIn(request);
    const count = (requests.get(name) ?? 0) + 1;
    requests.set(name, count);
    const failure = name === 'brokenOnce' && count === 1 ? FAILURES.broken : FAILURES[name];
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': failure?.type ?? '' };
    response.writeHead(failure?.status ?? 200, failure ? headers : { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(failure ? { __type: failure.type, message: 'no', ...failure.body } : { Count: 0 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(cacheFolder(), 'slim-'));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function nameIn(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const connection = request.url?.match(/@connections\/(.*)$/)?.[1];
  return connection ?? JSON.parse(Buffer.concat(chunks).toString()).TableName;
}

function build(name: string, options: Parameters<typeof buildSync>[0]): string {
  const outfile = join(folder, `${name}.cjs`);
  buildSync({ ...options, entryPoints: [join(ROOT, 'test/fixtures/slim/probe.ts')], outfile });
  return outfile;
}

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

async function run(file: string, environment: NodeJS.ProcessEnv, steps: readonly string[]): Promise<unknown> {
  requests.clear();
  const nowhere = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const env = {
    PATH: process.env.PATH,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...nowhere,
    ...environment,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [file, url, ...steps], { env });
  return { outcomes: JSON.parse(stdout), requests: Object.fromEntries(requests) };
}

describe('the bundles of the Lambdas', () => {
  const entryPoints = readdirSync(join(ROOT, 'lambdas')).map((file) => `lambdas/${file}`);
  // Not minified, because that renames what is looked for.
  const { outputFiles, metafile } = buildSync({
    ...bundling,
    minify: false,
    entryPoints,
    outdir: 'nowhere',
    write: false,
    metafile: true,
  });

  it('have nothing of what looks for credentials where Lambda has none, nor of event streams', () => {
    const carried = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));

    expect(carried.length).toBeGreaterThan(1_000);
    expect(carried.filter((path) => LEFT_OUT.test(path))).toEqual([]);
  });

  it('have no operation of another route', () => {
    const index = readFileSync(join(ROOT, 'src/domain/operations.ts'), 'utf8');
    const files = new Set([...index.matchAll(/from '\.(.*)'/g)].map(([, path]) => `src/domain${path}.ts`));
    const carried = Object.values(metafile.outputs).map(({ entryPoint, inputs }) => ({
      entryPoint,
      operations: Object.keys(inputs).filter((path) => files.has(path) && !SHARED.test(path)),
    }));

    expect(files.size).toBe(25);
    expect(carried.filter(({ operations }) => operations.length === 1).length).toBeGreaterThan(20);
    expect(carried.filter(({ operations }) => operations.length > 1)).toEqual([]);
  });

  it('wrap no module, or it could not be shaken', () => {
    expect(outputFiles).toHaveLength(entryPoints.length);
    expect(outputFiles.filter(({ text }) => text.includes('__esm(')).map(({ path }) => path)).toEqual([]);
  });
});

describe('the slim SDK', () => {
  it('tries as often, and tells faults apart as the whole one does', async () => {
    const { alias: _, external: __, ...whole } = bundling;
    const steps = STEPS;

    const slim = await run(build('slim', bundling), CREDENTIALS, steps);
    const full = await run(build('full', whole), CREDENTIALS, steps);

    expect(slim).toEqual(full);
    expect(slim).toMatchObject({ requests: { throttled: 3, refused: 1, brokenOnce: 2, gone: 1, limited: 3 } });
    expect(JSON.stringify(slim)).toContain('"errorName":"GoneException"');
  });

  it('says where it looks for credentials, if there are none', async () => {
    const outcome = await run(build('no-credentials', bundling), {}, ['put:fine']);

    expect(outcome).toMatchObject({ requests: {} });
    expect(JSON.stringify(outcome)).toContain('This bundle takes credentials from the environment only');
  });
});
