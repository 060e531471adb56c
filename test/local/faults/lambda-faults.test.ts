import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultName } from '../../../local/faults/fault-options';
import { Faults } from '../../../local/faults/faults';
import { LambdaFunction } from '../../../local/lambda/lambda-function';

const opened: LambdaFunction[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((lambda) => lambda.close()));
});

function counterWith(name: FaultName): LambdaFunction {
  const lambda = new LambdaFunction(
    {
      ...{ logicalId: 'Counter', functionName: 'Stack-Counter', handler: 'index.count' },
      codeDirectory: join(__dirname, '../../fixtures/local/common-js'),
      ...{ environment: {}, timeoutMs: 10_000, memoryMb: 128 },
    },
    { faults: new Faults({ seed: 1, probabilities: new Map([[name, 1]]) }) },
  );
  opened.push(lambda);
  return lambda;
}

describe('lambda.throttle', () => {
  it('refuses the invocation as Lambda does, and runs nothing', async () => {
    const invocation = await counterWith('lambda.throttle').invoke({});

    expect(invocation).toMatchObject({ outcome: 'failed', errorType: 'TooManyRequestsException', accessKeyId: '' });
  });
});

describe('stream.twice', () => {
  it('invokes a second time with the same batch, and only with batches of streams', async () => {
    const counter = counterWith('stream.twice');
    const batchOf = (eventSource: string) => ({ Records: [{ eventSource }] });

    const payloads: unknown[] = [];
    for (const event of [batchOf('aws:dynamodb'), batchOf('aws:sqs'), {}, null]) {
      const invocation = await counter.invoke(event);
      payloads.push(invocation.outcome === 'returned' && Object(invocation.payload).invocations);
    }

    expect(payloads).toEqual([2, 3, 4, 5]);
  });
});
