import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LambdaFunction } from '../../../local/lambda/lambda-function';

const FIXTURES = join(__dirname, '../../fixtures/local');

/** Code as it lies on somebody's disk: where no folder above it has the SDK. */
describe('the SDK that the runtime provides', () => {
  let folder: string;
  let lambda: LambdaFunction | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asset-'));
  });

  afterEach(async () => {
    await lambda?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function functionOf(fixture: string, handler: string): Promise<LambdaFunction> {
    await cp(join(FIXTURES, fixture), folder, { recursive: true });
    lambda = new LambdaFunction({
      ...{ logicalId: 'Function', functionName: 'function', codeDirectory: folder, handler },
      ...{ environment: {}, timeoutMs: 10_000, memoryMb: 256 },
    });
    return lambda;
  }

  const KINDS = ['sdk-by-require', 'sdk-by-import', 'sdk-type-module'];

  it.each(KINDS)('is there for code without one (%s)', async (fixture) => {
    const invocation = await (await functionOf(fixture, 'index.handler')).invoke({});

    expect(invocation).toMatchObject({ outcome: 'returned', payload: { client: 'function' } });
  });

  it.each(KINDS)('is all that is there: other packages of ours stay unknown (%s)', async (fixture) => {
    const invocation = await (await functionOf(fixture, 'index.other')).invoke({});

    expect(invocation).toMatchObject({ outcome: 'failed', errorMessage: expect.stringMatching(/Cannot find .*'ws'/) });
  });

  it.each(KINDS)('gives way to one that the code brings (%s)', async (fixture) => {
    const own = join(folder, 'node_modules/@aws-sdk/client-dynamodb');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'index.js'), 'exports.DynamoDBClient = 42;');

    const invocation = await (await functionOf(fixture, 'index.handler')).invoke({});

    expect(invocation).toMatchObject({ outcome: 'returned', payload: { client: 'number' } });
  });

  it('lacks a client that Rollcall does not use, and says which', async () => {
    const made = await functionOf('sdk-by-import', 'index.handler');
    await writeFile(join(folder, 'index.mjs'), `import '@aws-sdk/client-made-up';\nexport const handler = () => 1;\n`);

    const invocation = await made.invoke({});

    expect(invocation).toMatchObject({
      outcome: 'failed',
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringContaining('@aws-sdk/client-made-up'),
    });
  });
});
