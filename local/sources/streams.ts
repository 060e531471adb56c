import { WAIT_MS_MAX } from './clock';
import type { StreamMapping } from './description';
import { compileFilters } from './filter';
import { Inbox } from './inbox';
import type { SourceContext } from './invoke';
import { BATCH_BYTES_MAX, DATABASE_RETRY_MS, OUTSTANDING_MAX, PAGE_RECORDS_MAX, POLL_MS } from './limits';
import { Progress } from './progress';
import type { RawRecord } from './stream-api';
import { type Discarded, deliverBatch } from './stream-delivery';
import type { StreamReader } from './stream-reader';
import { type StreamRecord, streamRecord } from './stream-record';

export interface StreamOptions {
  readonly mapping: StreamMapping;
  readonly region: string;
  readonly reader: StreamReader;
  readonly onDiscard: (discarded: Discarded) => void;
}

type Lane = Inbox<StreamRecord>;

/** Reads a stream until the sources stop, and gives its records, in batches and in order, to the mapping's function. */
export async function runStream(context: SourceContext, options: StreamOptions): Promise<void> {
  const { mapping, reader } = options;
  const progress = new Progress((position) => reader.reached(position));
  const lanes: readonly Lane[] = Array.from({ length: mapping.lanes }, () => new Inbox<StreamRecord>());
  await Promise.all([
    readOn(context, options, { progress, lanes }),
    ...lanes.map((lane) => emptyLane(context, options, { progress, lane })),
  ]);
}

async function readOn(
  { clock, signal }: SourceContext,
  { mapping, region, reader }: StreamOptions,
  { progress, lanes }: { readonly progress: Progress; readonly lanes: readonly Lane[] },
): Promise<void> {
  const matches = compileFilters(mapping.filters);
  while (!signal.aborted) {
    const page = progress.outstanding < OUTSTANDING_MAX ? await readPage(reader) : [];
    const skipped: string[] = [];
    for (const raw of page ?? []) {
      const record = streamRecord(raw, { streamArn: mapping.streamArn, region });
      progress.begin(raw.dynamodb.SequenceNumber);
      if (record && matches(record.event)) lanes[laneOf(record.key, lanes.length)]?.push(record);
      else skipped.push(raw.dynamodb.SequenceNumber);
    }
    progress.end(skipped);
    if (page === undefined) await clock.wait(DATABASE_RETRY_MS, signal);
    // Only what was left over is read at once: whoever writes steadily would have us ask for each record by itself, all the time.
    else if (page.length < PAGE_RECORDS_MAX) await clock.wait(POLL_MS, signal);
  }
}

/** Undefined if the database does not answer; whoever needs it will say so louder than we could. */
async function readPage(reader: StreamReader): Promise<readonly RawRecord[] | undefined> {
  try {
    return await reader.read();
  } catch {
    return undefined;
  }
}

async function emptyLane(
  context: SourceContext,
  { mapping, onDiscard }: StreamOptions,
  { progress, lane }: { readonly progress: Progress; readonly lane: Lane },
): Promise<void> {
  while (!context.signal.aborted) {
    await lane.filled(1, WAIT_MS_MAX, context);
    if (lane.length === 0) continue;
    await lane.filled(mapping.batchSize, mapping.windowMs, context);
    if (context.signal.aborted) return;
    const batch = lane.take(mapping.batchSize, bytesOf, BATCH_BYTES_MAX);
    const isDone = await deliverBatch({ ...context, mapping, onDiscard }, batch);
    if (isDone) progress.end(batch.map(({ position }) => position));
  }
}

function bytesOf({ event }: StreamRecord): number {
  return Buffer.byteLength(JSON.stringify(event));
}

/** Any spread will do, as long as a key stays where it is (FNV-1a). */
export function laneOf(key: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % lanes;
}
