import { Refusal } from '../../protocol/refusal';
import type { Item } from './item';

/**
 * What became of a conditional write: it was done, the item as it stands spoke against it (`undefined` if there is none),
 * or another transaction held the item.
 */
export type Attempt<T> =
  | { readonly state: 'done'; readonly output: T }
  | { readonly state: 'refused'; readonly by: Item | undefined }
  | { readonly state: 'conflict' };

/** What became of each part of a cancelled transaction, in the order of its parts; `undefined` where it had no objection. */
export type Objections = readonly (Attempt<never> | undefined)[];

// From the API reference of each operation, "Errors", and from Node's own codes for a connection that fails. AWS says of
// all of them: try again. The SDK has tried three times by then.
const PASSING_FAULTS = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'InternalServerError',
  'ServiceUnavailable',
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

/** Sends one conditional write. Its command should ask for `ReturnValuesOnConditionCheckFailure: 'ALL_OLD'`. */
export async function attempt<T>(send: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { state: 'done', output: await request(send) };
  } catch (cause) {
    if (isNamed(cause, 'ConditionalCheckFailedException'))
      return { state: 'refused', by: cause.Item as Item | undefined };
    if (isNamed(cause, 'TransactionConflictException')) return { state: 'conflict' };
    throw cause;
  }
}

/** Sends one transaction: `undefined` when it was done, or what its parts objected. */
export async function attemptTransaction(send: () => Promise<unknown>): Promise<Objections | undefined> {
  try {
    await request(send);
    return undefined;
  } catch (cause) {
    if (!isNamed(cause, 'TransactionCanceledException')) throw cause;
    const reasons = (cause.CancellationReasons ?? []) as readonly { Code?: string; Item?: Item }[];
    return reasons.map((reason) => objection(reason, cause));
  }
}

function objection(reason: { Code?: string; Item?: Item }, cause: unknown): Attempt<never> | undefined {
  switch (reason.Code) {
    case undefined:
    case 'None':
      return undefined;
    case 'ConditionalCheckFailed':
      return { state: 'refused', by: reason.Item };
    case 'TransactionConflict':
      return { state: 'conflict' };
    case 'ThrottlingError':
    case 'ProvisionedThroughputExceeded':
      throw new Refusal('busy', { cause });
    default:
      throw cause;
  }
}

interface NamedError {
  readonly name: string;
  readonly Item?: unknown;
  readonly CancellationReasons?: unknown;
}

function isNamed(cause: unknown, name: string): cause is NamedError {
  return cause instanceof Error && cause.name === name;
}

function isPassing(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return PASSING_FAULTS.has(cause.name) || ('code' in cause && PASSING_FAULTS.has(String(cause.code)));
}
