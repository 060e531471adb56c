import { randomUUID } from 'node:crypto';
import type { StreamMapping } from './description';
import type { Discarded } from './stream-delivery';

/**
 * What a failure destination is told of records that were given up: where they are in the stream, not what is in them
 * (AWS Lambda guide, "Retain discarded batch records for a DynamoDB event source").
 */
export function failureMessage(
  { records, condition, invokeCount }: Discarded,
  about: {
    readonly mapping: StreamMapping;
    readonly shardId: string;
    readonly functionArn: string;
    readonly now: number;
  },
): object {
  const { mapping, shardId, functionArn, now } = about;
  const [first, last] = [records[0], records.at(-1)];
  const time = (at: number | undefined) => `${new Date(at ?? now).toISOString().slice(0, 19)}Z`;
  return {
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: invokeCount },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: time(first?.createdAt),
      approximateArrivalOfLastRecord: time(last?.createdAt),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  };
}
