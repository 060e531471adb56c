import type { Invocation } from '../lambda/invocation';
import type { Faults } from './faults';

/** Invokes as Lambda does on a bad day: refused for too many requests, or with a stream's batch that was handled before. */
export async function invokeWithFaults(
  faults: Faults | undefined,
  event: unknown,
  calls: { readonly invoke: () => Promise<Invocation>; readonly throttled: Invocation },
): Promise<Invocation> {
  if (faults?.isThrottled()) return calls.throttled;
  // A repeated delivery is another invocation; only its result counts, as if the first one's had never arrived.
  if (faults !== undefined && isStreamBatch(event) && faults.isBatchRepeated()) await calls.invoke();
  return calls.invoke();
}

function isStreamBatch(event: unknown): boolean {
  const records: unknown = Object(event).Records;
  return Array.isArray(records) && Object(records[0]).eventSource === 'aws:dynamodb';
}
