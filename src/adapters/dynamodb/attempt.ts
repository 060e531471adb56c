import { Refusal } from '../../protocol/refusal';
import { request } from '../request';
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
