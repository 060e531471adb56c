/** What each Lambda carries, as esbuild tells it. What a byte costs: bench/cold.ts. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { bundle, bundleLambdas, cacheFolder } from '../../lib/bundle';
import { slimSdk } from '../../lib/slim-sdk';

const ROOT = join(__dirname, '../..');

const folder = mkdtempSync(join(cacheFolder(), 'bundles-'));
const outputs = Object.entries(
  bundle({ entryPoints: readdirSync(join(ROOT, 'lambdas')).map((file) => `lambdas/${file}`), outdir: folder }).outputs,
);
const lambdas = outputs.map(([path, { entryPoint = '', bytes, inputs }]) => ({
  file: entryPoint.replace(/lambdas\/(.*)\.ts/, '$1'),
  bytes,
  code: join(ROOT, path),
  carried: Object.entries(inputs).map(([input, { bytesInOutput }]) => ({ path: input, bytes: bytesInOutput })),
}));
const clientsOf = ({ carried }: (typeof lambdas)[number]) =>
  ['client-dynamodb/', 'callback-client.ts', 'client-sqs/', 'client-apigatewaymanagementapi/'].filter((client) =>
    carried.some(({ path }) => path.includes(`/${client}`)),
  );

afterAll(() => rmSync(folder, { recursive: true }));

/** The bundle's bytes, by the clients that it has. */
const BYTES_MAX: Readonly<Record<string, number>> = {
  '': 20_000,
  'client-dynamodb/': 170_000,
  'client-dynamodb/ callback-client.ts': 190_000,
  'client-dynamodb/ callback-client.ts client-sqs/': 195_000,
};

/** Who looks for credentials and settings where Lambda has none, and what they bring along; streams of events; rules of endpoints. */
const LEFT_OUT = new RegExp(
  [
    'credential-provider-(?!env)|nested-clients|token-providers|event-streams|bowser|mnemonist|obliterator',
    'shared-ini-file-loader|getInstanceMetadata|imds|sso|process-credentials|endpoint-discovery/|endpoint/bdd|partitions',
  ].join('|'),
  'i',
);

describe('the bundle of each Lambda', () => {
  it.each(lambdas)('$file has no more bytes than its clients may cost', (lambda) => {
    expect(lambda.bytes).toBeLessThanOrEqual(BYTES_MAX[clientsOf(lambda).join(' ')] ?? 0);
  });

  it.each(lambdas)('$file has nothing that looks where Lambda has nothing, nor streams of events', ({ carried }) => {
    expect(carried.map(({ path }) => path).filter((path) => LEFT_OUT.test(path))).toEqual([]);
  });

  it('has an SDK, or none of this would say anything', () => {
    expect(lambdas).toHaveLength(readdirSync(join(ROOT, 'lambdas')).length);
    expect(lambdas.filter(({ carried }) => carried.length > 150).length).toBe(lambdas.length - 1);
  });

  it('wraps no module, or it could not be shaken', () => {
    const readable = join(folder, 'readable');
    bundle({ entryPoints: lambdas.map(({ file }) => `lambdas/${file}.ts`), outdir: readable, minify: false });

    const wrapped = lambdas.filter(({ file }) => readFileSync(join(readable, `${file}.js`), 'utf8').includes('__esm('));
    expect(wrapped).toEqual([]);
  });

  it('has no operation of another route', () => {
    const index = readFileSync(join(ROOT, 'src/domain/operations.ts'), 'utf8');
    const files = new Set([...index.matchAll(/from '\.(.*)'/g)].map(([, path]) => `src/domain${path}.ts`));
    // Others use these files, too: to answer frames, to release who is gone, to list the first members.
    const SHARED = /answer-frame|release-connection|groups\/members/;
    const operationsOf = lambdas.map(({ file, carried }) => ({
      file,
      operations: carried.filter(({ path }) => files.has(path) && !SHARED.test(path)).map(({ path }) => path),
    }));

    expect(files.size).toBe(25);
    expect(operationsOf.filter(({ operations }) => operations.length === 1).length).toBeGreaterThan(20);
    expect(operationsOf.filter(({ operations }) => operations.length > 1)).toEqual([]);
  });

  it('has no schema of another route', () => {
    const filesWith = (words: string) =>
      lambdas.filter(({ code }) => readFileSync(code, 'utf8').includes(words)).map(({ file }) => file);

    expect(filesWith('"id" and "after" go together')).toEqual(['chat']);
    expect(filesWith('send "to" or "group", one of them')).toEqual(['chat', 'typing']);
    expect(filesWith('send "before", "after" or neither')).toEqual(['history']);
    expect(filesWith('must be well-formed Unicode')).not.toContain('ping');
  });

  /** Of a bundle: what writes the line, what counts. */
  const OBSERVES = /src\/adapters\/lambda\/(describe-error|invocation|log|metrics|timed-ports)\.ts$/;

  it.each(lambdas)('$file validates, logs and counts with no more than 10,000 bytes', ({ carried }) => {
    const bytesOf = (isMeant: RegExp) =>
      carried.filter(({ path }) => isMeant.test(path)).reduce((sum, { bytes }) => sum + bytes, 0);

    expect(carried.filter(({ path }) => OBSERVES.test(path))).toHaveLength(5);
    expect(bytesOf(/\/valibot\//) + bytesOf(OBSERVES)).toBeLessThanOrEqual(10_000);
  });
});

it('the common passwords lie beside what asks for them, in the package and in a stack', () => {
  const named = mkdtempSync(join(cacheFolder(), 'bundles-'));
  bundleLambdas(['reg', 'passwd', 'login'], { folder: named, sourcemap: false });

  const filesOf = (name: string) => readdirSync(join(named, name)).sort();
  expect([filesOf('reg'), filesOf('passwd'), filesOf('login')]).toEqual([
    ['common-passwords.br', 'index.js'],
    ['common-passwords.br', 'index.js'],
    ['index.js'],
  ]);
  rmSync(named, { recursive: true });
});

it.each(Object.entries(slimSdk.modules))('the SDK has a module %s, in whose place another stands', (name) => {
  const path = join(ROOT, 'node_modules', name);
  const carried = lambdas.flatMap((lambda) => lambda.carried.map((input) => input.path));

  expect([`${path}.js`, join(path, 'index.js')].some((file) => existsSync(file))).toBe(true);
  expect(carried.filter((file) => file.includes(`${name}.js`))).toEqual([]);
});

it.each(readdirSync(join(ROOT, 'src/adapters/sdk')))('the stand-in %s is in a bundle', (file) => {
  const paths = lambdas.flatMap(({ carried }) => carried.map(({ path }) => path));

  expect(paths).toContain(`src/adapters/sdk/${file}`);
});
