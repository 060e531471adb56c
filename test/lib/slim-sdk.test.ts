/** The SDK without what a Lambda never uses does what the whole one does, and says what is missing where it does not. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { bundle, bundling, cacheFolder } from '../../lib/bundle';
import * as dates from '../../src/adapters/sdk/dates';
import * as dynamodb from '../../src/adapters/sdk/dynamodb-endpoint';
import * as leftOut from '../../src/adapters/sdk/left-out';
import * as queue from '../../src/adapters/sdk/queue-endpoint';

const ROOT = join(__dirname, '../..');

interface Failure {
  readonly status: number;
  readonly type?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const REASONS = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'no', Item: { id: { S: 'there' } } }];

/** DynamoDB's types and the queue's, as they come over the wire, by the table or queue that is asked for. */
const FAILURES: Readonly<Record<string, Failure>> = {
  throttled: { status: 400, type: 'ProvisionedThroughputExceededException' },
  throttling: { status: 400, type: 'com.amazon.coral.availability#ThrottlingException' },
  broken: { status: 500, type: 'InternalServerError' },
  unavailable: { status: 503, body: {}, headers: { 'retry-after': '0' } },
  refused: { status: 400, type: 'ConditionalCheckFailedException', body: { Item: { id: { S: 'there' } } } },
  cancelled: { status: 400, type: 'TransactionCanceledException', body: { CancellationReasons: REASONS } },
  conflict: { status: 400, type: 'com.amazonaws.dynamodb.v20120810#TransactionConflictException' },
  inProgress: { status: 400, type: 'TransactionInProgressException' },
  replicated: { status: 400, type: 'ReplicatedWriteConflictException' },
  invalid: { status: 400, type: 'ValidationException' },
  unknown: { status: 400, type: 'SomethingNewException' },
  nowhere: { status: 400, type: 'com.amazonaws.sqs#QueueDoesNotExist' },
};
const OF_TABLES = ['throttled', 'throttling', 'broken', 'unavailable', 'refused', 'conflict', 'replicated', 'invalid'];
const STEPS = [
  ...['fine', ...OF_TABLES, 'unknown', 'brokenOnce', 'slow', 'hungUp'].map((name) => `put:${name}`),
  ...['transact:fine', 'transact:cancelled', 'transact:inProgress', 'update:refused', 'query:fine', 'query:broken'],
  ...['send:fine', 'send:nowhere', 'send:broken'],
];

const DYNAMODB_ITEM = {
  id: { S: 'x' },
  count: { N: '12345678901234567890' },
  set: { SS: ['a'] },
  bytes: { B: 'AQI=' },
};

/** What either service answers: each reads its own. */
const ANSWER = {
  ...{ Count: 1, Items: [DYNAMODB_ITEM] },
  MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592',
};

let server: Server;
let url: string;
let folder: string;
/** What was asked of each table or queue. */
const requests = new Map<string, unknown[]>();

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { name, body } = await read(request);
    const asked = [...(requests.get(name) ?? []), wireOf(request, body)];
    requests.set(name, asked);
    if (name === 'slow') return; // The client gives it up.
    if (name === 'hungUp') return void request.socket.destroy();
    const failure = name === 'brokenOnce' && asked.length === 1 ? FAILURES.broken : FAILURES[name];
    const type = failure?.type === undefined ? {} : { 'x-amzn-errortype': failure.type };
    response.writeHead(failure?.status ?? 200, { 'content-type': 'application/json', ...failure?.headers, ...type });
    response.end(JSON.stringify(failure ? { __type: failure.type, message: 'no', ...failure.body } : ANSWER));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(cacheFolder(), 'slim-'));
  const probe = { entryPoints: [join(ROOT, 'test/fixtures/slim/probe.ts')] };
  bundle({ ...probe, outfile: join(folder, 'slim.cjs') });
  buildSync({ ...bundling, ...probe, outfile: join(folder, 'whole.cjs') });
}, 60_000);

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function read(request: IncomingMessage): Promise<{ readonly name: string; readonly body: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const { TableName, TransactItems, QueueUrl = '' } = JSON.parse(body);
  return { name: TableName ?? TransactItems?.[0].Put.TableName ?? QueueUrl.split('/').at(-1), body };
}

/** A request, without what is another one each time, and without what it says of who sends it. */
function wireOf({ method, url: path, headers }: IncomingMessage, body: string): unknown {
  const {
    'user-agent': _,
    'x-amz-user-agent': __,
    'x-amz-date': ___,
    'amz-sdk-invocation-id': ____,
    ...rest
  } = headers;
  const authorization = headers.authorization?.replace(/\/\d{8}\//, '/date/').replace(/Signature=.*/, '');
  return { method, path, body, ...rest, authorization };
}

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_LAMBDA_FUNCTION_NAME: 'Chat',
  _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

interface Ran {
  readonly outcomes: readonly { readonly step: string; readonly outcome: Readonly<Record<string, unknown>> }[];
  readonly requests: Readonly<Record<string, readonly unknown[]>>;
}

async function run(
  build: 'slim' | 'whole',
  steps: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  requests.clear();
  const env = { PATH: process.env.PATH, ...ENVIRONMENT, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `${build}.cjs`), url, ...steps], {
    env,
  });
  return { outcomes: JSON.parse(stdout), requests: Object.fromEntries(requests) };
}

describe('the slim SDK', () => {
  it('asks, tries again, and tells faults apart as the whole one does', async () => {
    const slim = await run('slim', STEPS);
    const whole = await run('whole', STEPS);

    expect(slim).toEqual(whole);
    const attempts = Object.fromEntries(Object.entries(slim.requests).map(([name, asked]) => [name, asked.length]));
    expect(attempts).toMatchObject({ throttled: 3, refused: 2, brokenOnce: 2, cancelled: 1, hungUp: 3 });
    const outcomes = Object.fromEntries(slim.outcomes.map(({ step, outcome }) => [step, outcome]));
    expect(outcomes).toMatchObject({
      'put:refused': { errorName: 'ConditionalCheckFailedException', fields: { Item: { id: { S: 'there' } } } },
      'transact:cancelled': { errorName: 'TransactionCanceledException', fields: { CancellationReasons: REASONS } },
      'put:slow': { errorName: 'TimeoutError' },
      'put:hungUp': { code: 'ECONNRESET' },
      'put:unknown': { errorName: 'SomethingNewException', isError: true },
      'send:fine': { answer: { MD5OfMessageBody: ANSWER.MD5OfMessageBody } },
      'query:fine': { answer: { Items: [{ ...DYNAMODB_ITEM, bytes: { B: { 0: 1, 1: 2 } } }] } },
    });
    expect(slim.requests.fine?.[0]).toMatchObject({ 'x-amzn-trace-id': ENVIRONMENT._X_AMZN_TRACE_ID });
  }, 60_000);

  it.each([
    ['AWS_ACCESS_KEY_ID', { AWS_ACCESS_KEY_ID: '' }, 'This bundle takes credentials from the environment only'],
    ['AWS_REGION', { AWS_REGION: undefined }, 'AWS_REGION is not set'],
    ['AWS_RETRY_MODE', { AWS_RETRY_MODE: 'adaptive' }, 'Adaptive retries are not in this bundle'],
    ['AWS_DEFAULTS_MODE', { AWS_DEFAULTS_MODE: 'auto' }, 'AWS_DEFAULTS_MODE=auto is not in this bundle'],
    ['AWS_USE_FIPS_ENDPOINT', { AWS_USE_FIPS_ENDPOINT: 'true', WITHOUT_ENDPOINT: '1' }, 'FIPS, dual-stack and account'],
    ['AWS_ACCOUNT_ID_ENDPOINT_MODE', { AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required' }, 'FIPS, dual-stack and account'],
  ])('says what is missing, by %s', async (_, environment, message) => {
    const { outcomes, requests: sent } = await run('slim', ['put:fine'], environment);

    expect(outcomes[0]?.outcome.message).toContain(message);
    expect(sent).toEqual({});
  });
});

describe('the endpoint', () => {
  const REGIONS = ['us-east-1', 'eu-central-1', 'ap-southeast-7', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1'];
  const ISOLATED = ['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1', 'xx-new-1'];
  const services = [
    { service: 'DynamoDB', real: DynamoDBClient, ours: dynamodb },
    { service: 'SQS', real: SQSClient, ours: queue },
  ];

  it.each(services)('of $service is the SDK’s, in each partition, and where one is named', ({ real, ours }) => {
    for (const Region of [...REGIONS, ...ISOLATED]) {
      const { endpointProvider } = new real({ region: Region }).config as { endpointProvider: Provider };
      for (const named of [{}, { Endpoint: 'https://example.com/stage' }]) {
        const asked = { Region, UseFIPS: false, UseDualStack: false, ...named };

        expect(ours.defaultEndpointResolver(asked).url.href).toBe(endpointProvider(asked).url.href);
      }
    }
  });

  type Provider = (asked: object) => { readonly url: URL };
});

describe('what was left out', () => {
  it.each([
    ['AdaptiveRetryStrategy', () => new leftOut.AdaptiveRetryStrategy()],
    ['Md5Js', () => new leftOut.Md5Js()],
    ['Sha256Js', () => new leftOut.Sha256Js()],
    ['HeaderFormatter', () => new leftOut.HeaderFormatter().format()],
    ['resolveParamsForS3', leftOut.resolveParamsForS3],
    ['resolveRuntimeExtensions', () => leftOut.resolveRuntimeExtensions({}, [{}])],
    ['partitionsInfo', () => leftOut.partitionsInfo.partitions],
  ])('says so where it is needed: %s', (_, need) => {
    expect(need).toThrow(/not in this bundle: see lib\/slim-sdk\.ts/);
  });

  it('is not missed by clients without extensions', () => {
    const config = {};

    expect(leftOut.resolveRuntimeExtensions(config, [])).toBe(config);
  });

  it('is nothing that reads a date', () => {
    const date = new Date('2026-11-23T18:00:00Z');

    expect(dates.parseEpochTimestamp(date.getTime() / 1_000)).toEqual(date);
    expect(dates.parseEpochTimestamp(String(date.getTime() / 1_000))).toEqual(date);
    expect(dates.parseRfc3339DateTimeWithOffset('2026-11-23T19:00:00+01:00')).toEqual(date);
    expect(dates.parseRfc7231DateTime(dates.dateToUtcString(date))).toEqual(date);
    expect(dates.parseRfc3339DateTimeWithOffset(undefined)).toBeUndefined();
    expect(() => dates.parseRfc3339DateTimeWithOffset('soon')).toThrow(TypeError);
  });
});
