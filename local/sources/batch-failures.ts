/** What a function with ReportBatchItemFailures said: the ids that failed, none of them, or all. */
export type Reported = ReadonlySet<string> | 'all';

const NONE: ReadonlySet<string> = new Set();

/**
 * Reads `{ batchItemFailures: [{ itemIdentifier }] }`. Nothing at all, null and an empty list are successes; an
 * identifier that is missing, empty or not of the batch, and any other shape, fail the whole batch (AWS Lambda guide,
 * "Implementing partial batch responses").
 */
export function reportedFailures(payload: unknown, idsOfBatch: ReadonlySet<string>): Reported {
  if (payload === null || payload === undefined || payload === '') return NONE;
  if (typeof payload !== 'object') return 'all';
  const { batchItemFailures: failures } = payload as { readonly batchItemFailures?: unknown };
  if (failures === undefined || failures === null) return NONE;
  if (!Array.isArray(failures)) return 'all';
  const ids = failures.map((failure: unknown) => Object(failure).itemIdentifier);
  return ids.every((id) => typeof id === 'string' && idsOfBatch.has(id)) ? new Set<string>(ids) : 'all';
}
