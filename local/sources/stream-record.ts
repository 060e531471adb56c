import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RawRecord } from './stream-api';

/** One change, as the function gets it, and what the mapping must know of it. */
export interface StreamRecord {
  readonly event: object;
  /** As the event has it: what a batch item failure names. */
  readonly sequenceNumber: string;
  /** As the engine has it: where to read on. */
  readonly position: string;
  /** Changes of one key stay in order. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** AWS's sequence numbers have 21 digits at least, so that they sort as text; an engine's may count from 1. */
const SEQUENCE_DIGITS = 21;

/**
 * A record in the form of the AWS Lambda guide ("Process DynamoDB records with Lambda").
 *
 * @returns undefined for a write that changed nothing. Our engine records it; DynamoDB does not (guide, "DynamoDB
 *   Streams": "If you perform a PutItem or UpdateItem operation that does not change any data in an item, DynamoDB
 *   Streams does not write a stream record").
 */
export function streamRecord(
  raw: RawRecord,
  { streamArn, region }: { readonly streamArn: string; readonly region: string },
): StreamRecord | undefined {
  const { dynamodb, eventName, userIdentity } = raw;
  const { Keys: keys, NewImage: newImage, OldImage: oldImage } = dynamodb;
  if (newImage && oldImage && isSameImage(newImage, oldImage)) return undefined;
  const sequenceNumber = dynamodb.SequenceNumber.padStart(SEQUENCE_DIGITS, '0');
  const createdAt = dynamodb.ApproximateCreationDateTime ?? 0;
  const event = {
    eventID: createHash('md5').update(`${streamArn} ${sequenceNumber}`).digest('hex'),
    ...{ eventName, eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: region },
    dynamodb: {
      ...{ ApproximateCreationDateTime: createdAt, Keys: keys },
      ...(newImage !== undefined && { NewImage: newImage }),
      ...(oldImage !== undefined && { OldImage: oldImage }),
      ...{ SequenceNumber: sequenceNumber, SizeBytes: dynamodb.SizeBytes, StreamViewType: dynamodb.StreamViewType },
    },
    ...(userIdentity !== undefined && userIdentity !== null && { userIdentity }),
    eventSourceARN: streamArn,
  };
  const position = dynamodb.SequenceNumber;
  return { event, sequenceNumber, position, key: keyOf(keys ?? {}), createdAt: 1000 * createdAt };
}

function keyOf(keys: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSameImage(a: object, b: object): boolean {
  return isDeepStrictEqual(withSortedSets(a), withSortedSets(b));
}

const SETS: ReadonlySet<string> = new Set(['SS', 'NS', 'BS']);

/** A set is the same in any order; a list (`L`) is not. */
function withSortedSets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedSets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SETS.has(name) && Array.isArray(inner) ? [...inner].sort() : withSortedSets(inner),
    ]),
  );
}
