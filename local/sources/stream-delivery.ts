import { reportedFailures } from './batch-failures';
import type { StreamMapping } from './description';
import { invokeFor, isThrottled, type SourceContext } from './invoke';
import { BATCH_RETRY_MS } from './limits';
import type { StreamRecord } from './stream-record';

/** Why records were given up, in the words of a failure destination's message. */
export type GivenUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface Discarded {
  readonly records: readonly StreamRecord[];
  readonly condition: GivenUp;
  readonly invokeCount: number;
}

export interface Delivery extends SourceContext {
  readonly mapping: StreamMapping;
  readonly onDiscard: (discarded: Discarded) => void;
}

/** A part of a batch that is still to be done, and how often it has failed as it stands. */
interface Piece {
  readonly records: readonly StreamRecord[];
  readonly failures: number;
}

/**
 * Gives a batch to the function until each of its records has been done or given up. Nothing behind it is looked at
 * meanwhile: that is how a poison record blocks its shard.
 *
 * @returns false if the sources stopped before it was done.
 */
export async function deliverBatch(delivery: Delivery, batch: readonly StreamRecord[]): Promise<boolean> {
  let pieces: readonly Piece[] = [{ records: batch, failures: 0 }];
  for (let [piece, ...rest] = pieces; piece !== undefined; [piece, ...rest] = pieces) {
    if (delivery.signal.aborted) return false;
    const records = withoutTooOld(delivery, piece);
    pieces = records.length === 0 ? rest : [...(await attempt(delivery, { ...piece, records })), ...rest];
  }
  return true;
}

function withoutTooOld(delivery: Delivery, { records, failures }: Piece): readonly StreamRecord[] {
  const oldest = delivery.clock.now() - delivery.mapping.ageMsMax;
  const old = records.filter(({ createdAt }) => createdAt < oldest);
  if (old.length > 0) delivery.onDiscard({ records: old, condition: 'RecordAgeExceeded', invokeCount: failures });
  return records.filter(({ createdAt }) => createdAt >= oldest);
}

/** One invocation. @returns what is left to do of the piece. */
async function attempt(delivery: Delivery, piece: Piece): Promise<readonly Piece[]> {
  const { mapping } = delivery;
  const event = { Records: piece.records.map((record) => record.event) };
  const title = `stream ${mapping.tableId}`;
  const invocation = await invokeFor(delivery, { title, functionId: mapping.functionId, event });
  if (isThrottled(invocation)) {
    await waitAfter(delivery, piece.failures);
    return [piece];
  }
  if (invocation.outcome !== 'returned') return retry(delivery, piece);
  const done = mapping.reportsItemFailures ? doneOf(piece.records, invocation.payload) : piece.records.length;
  if (done === piece.records.length) return [];
  // The function moved on: what is left is a batch of its own, which begins at the record that failed.
  return done === 0
    ? retry(delivery, piece)
    : retryWhole(delivery, { records: piece.records.slice(done), failures: 0 });
}

/** How many records from the first on are done: the lowest reported sequence number is where the next try begins. */
function doneOf(records: readonly StreamRecord[], payload: unknown): number {
  const reported = reportedFailures(payload, new Set(records.map(({ sequenceNumber }) => sequenceNumber)));
  if (reported === 'all') return 0;
  const first = records.findIndex(({ sequenceNumber }) => reported.has(sequenceNumber));
  return first < 0 ? records.length : first;
}

/** Halving a batch does not count as one of its retries (guide, "BisectBatchOnFunctionError"). */
async function retry(delivery: Delivery, piece: Piece): Promise<readonly Piece[]> {
  const { records, failures } = piece;
  if (!delivery.mapping.bisects || records.length < 2) return retryWhole(delivery, piece);
  const middle = Math.ceil(records.length / 2);
  return [
    { records: records.slice(0, middle), failures },
    { records: records.slice(middle), failures },
  ];
}

async function retryWhole(delivery: Delivery, { records, failures }: Piece): Promise<readonly Piece[]> {
  if (failures >= delivery.mapping.retriesMax) {
    delivery.onDiscard({ records, condition: 'RetryAttemptsExhausted', invokeCount: failures + 1 });
    return [];
  }
  await waitAfter(delivery, failures);
  return [{ records, failures: failures + 1 }];
}

async function waitAfter({ clock, signal }: SourceContext, failures: number): Promise<void> {
  await clock.wait(Math.min(BATCH_RETRY_MS.first * 2 ** failures, BATCH_RETRY_MS.max), signal);
}
