import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LambdaDescription } from '../../../local/app/description';
import type { Invocation } from '../../../local/lambda/invocation';
import { LambdaFunction, type LambdaFunctionOptions } from '../../../local/lambda/lambda-function';
import { PAYLOAD_BYTES_MAX } from '../../../local/lambda/limits';
import { eventually } from '../../end-to-end/children';

const FIXTURES = join(__dirname, '../../fixtures/local');

const opened: LambdaFunction[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((lambda) => lambda.close()));
});

function lambda(
  handler: string,
  description: Partial<LambdaDescription> = {},
  options: LambdaFunctionOptions = {},
): LambdaFunction {
  const [directory = '', rest = ''] = handler.split('/');
  const made = new LambdaFunction(
    {
      logicalId: 'Echo',
      functionName: 'Stack-Echo',
      codeDirectory: join(FIXTURES, directory),
      handler: rest,
      environment: { TABLE: 'Users' },
      timeoutMs: 10_000,
      memoryMb: 256,
      ...description,
    },
    options,
  );
  opened.push(made);
  return made;
}

function payloadOf(invocation: Invocation): unknown {
  if (invocation.outcome !== 'returned') throw new Error(`It did not return: ${JSON.stringify(invocation)}`);
  return invocation.payload;
}

describe('a handler', () => {
  it('gets a copy of the event, and its result comes back', async () => {
    const invocation = await lambda('common-js/index.echo').invoke({ a: [1, { b: null }] });

    expect(payloadOf(invocation)).toEqual({
      event: { a: [1, { b: null }] },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('may be an ES module with top-level await', async () => {
    const invocation = await lambda('es-module/index.handler').invoke('x');

    expect(payloadOf(invocation)).toEqual({ event: 'x', ownLength: true });
  });

  it('may be nested in an export', async () => {
    const invocation = await lambda('common-js/index.nested.deeper.handler').invoke({});

    expect(payloadOf(invocation)).toBe('nested');
  });

  it('may answer through a callback', async () => {
    const invocation = await lambda('common-js/index.callback').invoke({ value: 7 });

    expect(payloadOf(invocation)).toEqual({ called: 7 });
  });

  it('returns what survives JSON: no dates, no undefined', async () => {
    const dated = await lambda('common-js/index.date').invoke({});
    const nothing = await lambda('common-js/index.nothing').invoke({});

    expect(payloadOf(dated)).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(payloadOf(nothing)).toBeNull();
  });

  it('sees a context with the facts of its function', async () => {
    const invocation = await lambda('common-js/index.context', {}, { region: 'eu-north-1' }).invoke({});

    expect(payloadOf(invocation)).toMatchObject({
      functionName: 'Stack-Echo',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:eu-north-1:000000000000:function:Stack-Echo',
    });
    const { remainingMs } = payloadOf(invocation) as { remainingMs: number };
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(10_000);
  });
});

describe('the environment variables', () => {
  it("are Lambda's own, the template's and the extra ones, and none of the laptop's", async () => {
    process.env.LAPTOP_SECRET = 'must not leak';

    const invocation = await lambda('common-js/index.environment', {}, { extraEnvironment: { EXTRA: '1' } }).invoke({});

    delete process.env.LAPTOP_SECRET;
    const variables = payloadOf(invocation) as Record<string, string>;
    expect(variables).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'Stack-Echo',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      LAMBDA_TASK_ROOT: join(FIXTURES, 'common-js'),
      AWS_ACCESS_KEY_ID: invocation.accessKeyId,
      TZ: ':UTC',
      TABLE: 'Users',
      EXTRA: '1',
    });
    expect(variables).not.toHaveProperty('LAPTOP_SECRET');
    expect(invocation.accessKeyId).toMatch(/^[A-Z0-9]{20}$/);
  });
});

describe('a failure', () => {
  it.each([
    ['throws', 'RangeError', 'out of range'],
    ['throwsText', 'string', 'just text'],
    ['callbackError', 'TypeError', 'by callback'],
    ['cyclic', 'Runtime.MarshalError', expect.stringContaining('stringify')],
    ['exits', 'Runtime.ExitError', expect.stringContaining('3')],
    ['crashesLater', 'Error', 'nobody caught this'],
    ['rejectsUnhandled', 'Runtime.UnhandledPromiseRejection', 'nobody awaited this'],
    ['notAFunction', 'Runtime.HandlerNotFound', expect.stringContaining('index.notAFunction')],
    ['missing', 'Runtime.HandlerNotFound', expect.stringContaining('index.missing')],
  ])('of %s has the type %s', async (handler, errorType, errorMessage) => {
    const invocation = await lambda(`common-js/index.${handler}`).invoke({});

    expect(invocation).toMatchObject({ outcome: 'failed', errorType, errorMessage });
  });

  it.each([
    ['broken-import/index.handler', 'Runtime.ImportModuleError'],
    ['broken-import/absent.handler', 'Runtime.ImportModuleError'],
    ['broken-import/index', 'Runtime.MalformedHandlerName'],
    ['syntax-error/index.handler', 'Runtime.UserCodeSyntaxError'],
  ])('to load %s has the type %s, each time', async (handler, errorType) => {
    const broken = lambda(handler);

    const first = await broken.invoke({});
    const second = await broken.invoke({});

    expect(first).toMatchObject({ outcome: 'failed', errorType });
    expect(second).toMatchObject({ outcome: 'failed', errorType, coldStart: true });
  });

  it('to start, because Node refuses its NODE_OPTIONS, is one of the function', async () => {
    const refuses = lambda('common-js/index.echo', { environment: { NODE_OPTIONS: '--no-such-option' } });

    expect(await refuses.invoke({})).toMatchObject({
      outcome: 'failed',
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('--no-such-option'),
    });
  });

  it('for lack of memory ends the environment, not the process', async () => {
    const invocation = await lambda('common-js/index.eatsMemory', { memoryMb: 32 }).invoke({});

    expect(invocation).toMatchObject({ outcome: 'failed', errorType: 'Runtime.OutOfMemory' });
  });

  it('comes of a payload one byte above 6 MB, and not of one at 6 MB', async () => {
    const large = lambda('common-js/index.large');

    const atLimit = await large.invoke({ bytes: PAYLOAD_BYTES_MAX });
    const pastLimit = await large.invoke({ bytes: PAYLOAD_BYTES_MAX + 1 });

    expect(atLimit.outcome).toBe('returned');
    expect(pastLimit).toMatchObject({ outcome: 'failed', errorType: 'Function.ResponseSizeTooLarge' });
  });
});

describe('the timeout', () => {
  it.each(['never', 'spins'])('ends a handler that %s', async (handler) => {
    const invocation = await lambda(`common-js/index.${handler}`, { timeoutMs: 50 }).invoke({});

    expect(invocation.outcome).toBe('timed-out');
    expect(invocation.durationMs).toBeGreaterThanOrEqual(45);
  });

  it('keeps what was logged before', async () => {
    const invocation = await lambda('common-js/index.spins', { timeoutMs: 50 }).invoke({});

    expect(invocation.logs).toEqual([{ stream: 'stdout', text: 'spinning', requestId: invocation.report?.requestId }]);
  });
});

describe('the log', () => {
  it('comes line by line, with its stream, and belongs to one invocation', async () => {
    const logs = lambda('common-js/index.logs');

    const first = await logs.invoke({});
    const second = await logs.invoke({});

    const lines = [
      { stream: 'stdout', text: 'first' },
      { stream: 'stdout', text: 'second' },
      { stream: 'stderr', text: 'third' },
      { stream: 'stdout', text: 'no newline' },
    ];
    for (const { logs: written, report } of [first, second]) {
      const withIds = lines.map((line) => ({ ...line, requestId: report?.requestId }));
      expect(written).toHaveLength(lines.length);
      expect(written).toEqual(expect.arrayContaining(withIds));
    }
    expect(second.report?.requestId).not.toBe(first.report?.requestId);
  });

  it('of each of many invocations at once is its own', async () => {
    const logs = lambda('common-js/index.logsEvent');
    await logs.invoke({});

    const invocations = await Promise.all(Array.from({ length: 50 }, (_, index) => logs.invoke({ index })));

    expect(invocations.map(({ logs }) => logs.map(({ text }) => text))).toEqual(
      Array.from({ length: 50 }, (_, index) => [`${index}`]),
    );
  });

  it('of a handler that never stops writing is cut off', async () => {
    const invocation = await lambda('common-js/index.logsForever').invoke({});

    expect(invocation.outcome).toBe('returned');
    expect(invocation.logs.length).toBeGreaterThan(100);
    expect(invocation.logs.length).toBeLessThanOrEqual(2_000 + 1);
  });
});

describe('the report', () => {
  it('has what the REPORT line of Lambda has, and an init duration only at a cold start', async () => {
    const echo = lambda('common-js/index.echo');

    const first = await echo.invoke({});
    const second = await echo.invoke({});

    expect(first.report).toMatchObject({ memorySizeMb: 256, durationMs: first.durationMs });
    expect(Object(payloadOf(first)).requestId).toBe(first.report?.requestId);
    expect(first.report?.maxMemoryUsedMb).toBeGreaterThan(0);
    expect(first.report?.initDurationMs).toBeGreaterThanOrEqual(0);
    expect(second.report).not.toHaveProperty('initDurationMs');
    expect(second.report?.billedDurationMs).toBe(Math.ceil(second.durationMs));
  });

  it('is absent when no environment ran', async () => {
    const refuses = lambda('common-js/index.echo', {}, { maxEnvironments: 0, maxWaiting: 0 });

    expect(await refuses.invoke({})).not.toHaveProperty('report');
  });
});

describe('an execution environment', () => {
  it('is kept warm for the next invocation', async () => {
    const count = lambda('common-js/index.count');

    const first = await count.invoke({});
    const second = await count.invoke({});

    expect([first.coldStart, second.coldStart]).toEqual([true, false]);
    expect(payloadOf(second)).toMatchObject({ invocations: 2 });
    expect(second.accessKeyId).toBe(first.accessKeyId);
  });

  it('survives a handler that throws', async () => {
    const throws = lambda('common-js/index.throws');

    await throws.invoke({});
    const second = await throws.invoke({});

    expect(second.coldStart).toBe(false);
  });

  it.each(['exits', 'never', 'crashesLater'])('is replaced after a handler that %s', async (handler) => {
    const ends = lambda(`common-js/index.${handler}`, { timeoutMs: 200 });

    const first = await ends.invoke({});
    const second = await ends.invoke({});

    expect(second.coldStart).toBe(true);
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
  });
});

describe('concurrency', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lambda-'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is one environment per invocation; the bound makes others wait, and the next bound refuses', async () => {
    const untilExists = join(directory, 'go');
    const waits = lambda('common-js/index.waits', {}, { maxEnvironments: 2, maxWaiting: 1 });

    const running = [waits.invoke({ untilExists }), waits.invoke({ untilExists })];
    const waiting = waits.invoke({ untilExists });
    const refused = await waits.invoke({ untilExists });
    writeFileSync(untilExists, '');
    const [first, second, third] = await Promise.all([...running, waiting]);

    expect(refused).toMatchObject({ outcome: 'failed', errorType: 'TooManyRequestsException' });
    expect(first?.accessKeyId).not.toBe(second?.accessKeyId);
    expect([first?.accessKeyId, second?.accessKeyId]).toContain(third?.accessKeyId);
    expect(third?.coldStart).toBe(false);
  });

  it('of handlers that only compute is one environment per core', async () => {
    const echo = lambda('common-js/index.echo');
    await echo.invoke({});

    const invocations = await Promise.all(Array.from({ length: 50 }, (_, index) => echo.invoke({ index })));

    const environments = new Set(invocations.map(({ accessKeyId }) => accessKeyId));
    expect(environments.size).toBeLessThanOrEqual(availableParallelism());
    expect(invocations.map((invocation) => Object(payloadOf(invocation)).event.index)).toEqual([...Array(50).keys()]);
  });

  it('is as wide as it has to be when handlers that only computed begin to wait', async () => {
    const file = join(directory, 'written by the last');
    const either = lambda('common-js/index.eitherWaitsOrWrites');
    await either.invoke({});

    const waiting = Array.from({ length: availableParallelism() }, () => either.invoke({ untilExists: file }));
    const writing = await either.invoke({ writes: file });

    expect(writing.outcome).toBe('returned');
    expect((await Promise.all(waiting)).map(({ outcome }) => outcome)).toEqual(waiting.map(() => 'returned'));
  });

  it('shrinks to one environment when nothing has come for a while, and that one is still warm', async () => {
    const waits = lambda('common-js/index.waits', {}, { idleMsMax: 200 });
    const untilExists = join(directory, 'go');
    const burst = [1, 2, 3].map(() => waits.invoke({ untilExists }));
    writeFileSync(untilExists, '');
    await Promise.all(burst);
    const whileBusy = waits.environments.warm;

    const shrunk = await eventually('single environment', () => waits.environments.warm === 1 || undefined);
    const later = await waits.invoke({ untilExists });

    expect(whileBusy).toBe(3);
    expect(shrunk).toBe(true);
    expect(later.coldStart).toBe(false);
  });

  it('gives a waiting invocation a new environment when the busy one has died', async () => {
    const exits = lambda('common-js/index.exits', {}, { maxEnvironments: 1 });

    const [first, second] = await Promise.all([exits.invoke({}), exits.invoke({})]);

    expect([first.outcome, second.outcome]).toEqual(['failed', 'failed']);
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
  });
});

describe('close', () => {
  it('ends what runs and refuses what comes', async () => {
    const never = lambda('common-js/index.never', {}, { maxEnvironments: 1 });
    const running = never.invoke({});
    const waiting = never.invoke({});

    await never.close();

    expect(await running).toMatchObject({ outcome: 'failed', errorType: 'Runtime.ExitError' });
    expect(await waiting).toMatchObject({ outcome: 'failed', errorType: 'ResourceNotFoundException' });
    expect(await never.invoke({})).toMatchObject({ outcome: 'failed', errorType: 'ResourceNotFoundException' });
  });
});
