import { Refusal } from '../protocol/refusal';

// From the API reference of each operation, "Errors", and from Node's own codes for a connection that fails. AWS says of
// all of them: try again. The SDK has tried three times by then.
const PASSING_FAULTS = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'InternalServerError',
  'ServiceUnavailable',
  'RequestThrottled',
  'TransactionInProgressException',
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Sends one request; a fault that passes becomes `Refusal('busy')`. */
export async function request<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    throw isPassing(cause) ? new Refusal('busy', { cause }) : cause;
  }
}

function isPassing(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return PASSING_FAULTS.has(cause.name) || ('code' in cause && PASSING_FAULTS.has(String(cause.code)));
}
