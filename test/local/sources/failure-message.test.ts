import { expect, it } from '@jest/globals';
import type { StreamMapping } from '../../../local/sources/description';
import { failureMessage } from '../../../local/sources/failure-message';

it('says where the records are that were given up, and when they came', () => {
  const mapping = { streamArn: 'arn:stream' } as StreamMapping;
  const records = [1, 2, 3].map((n) => ({
    ...{ event: {}, sequenceNumber: `00${n}`, position: String(n), key: 'k' },
    createdAt: Date.UTC(2030, 0, 1, 0, 0, n),
  }));
  const about = { mapping, shardId: 'shard-1', functionArn: 'arn:function', now: Date.UTC(2030, 0, 2) };

  const message = failureMessage({ records, condition: 'RecordAgeExceeded', invokeCount: 4 }, about);

  expect(message).toEqual({
    requestContext: {
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionArn: 'arn:function',
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: 4,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2030-01-02T00:00:00.000Z',
    DDBStreamBatchInfo: {
      shardId: 'shard-1',
      startSequenceNumber: '001',
      endSequenceNumber: '003',
      approximateArrivalOfFirstRecord: '2030-01-01T00:00:01Z',
      approximateArrivalOfLastRecord: '2030-01-01T00:00:03Z',
      batchSize: 3,
      streamArn: 'arn:stream',
    },
  });
});
