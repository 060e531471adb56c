import { type DatabaseAnswer, type DatabaseCall, databaseError, type Intercept } from '../dynamodb/intercept';
import type { Callers } from '../iam/callers';
import type { DatabaseRequest, Faults } from './faults';
import { StaleAnswers } from './stale-answers';

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

/** Reads of single items never conflict; batches are no transactions. */
const CONFLICTING = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'TransactGetItems'];

const THROTTLED = 'The level of configured provisioned throughput for the table was exceeded.';

/** A DynamoDB on a bad day, in front of the engine. */
export function databaseFaults(faults: Faults, callers: Callers, now: () => number = Date.now): Intercept {
  const stale = new StaleAnswers(now);
  return async (call, send) => {
    const fault = faults.databaseRequest(requestOf(call, callers));
    switch (fault?.kind) {
      case 'crash':
        if (fault.when === 'after') await send();
        await callers.environmentOf(call.accessKeyId)?.close();
        return 'cut';
      case 'throttle':
        return databaseError(fault.error, THROTTLED);
      case 'conflict':
        return conflict(call, fault.at);
      case 'ambiguous':
        await send();
        return 'cut';
      case undefined:
        return isIndexRead(call) ? readIndex({ faults, stale, call, send }) : send();
    }
  };
}

function requestOf({ operation, accessKeyId }: DatabaseCall, callers: Callers): DatabaseRequest {
  return {
    isOfFunction: callers.environmentOf(accessKeyId) !== undefined,
    isWrite: WRITES.includes(operation),
    canConflict: CONFLICTING.includes(operation),
  };
}

/** As DynamoDB tells it: of a transaction, which of its items was in conflict; of a single write, that it was. */
function conflict({ operation, body }: DatabaseCall, at: number): DatabaseAnswer {
  const message = 'Transaction is ongoing for the item';
  if (!operation.startsWith('Transact')) return databaseError('TransactionConflictException', message);
  const items: unknown = parse(body).TransactItems;
  const length = Array.isArray(items) ? items.length : 1;
  const chosen = Math.floor(at * length);
  const reasons = Array.from({ length }, (_, index) => {
    return index === chosen ? { Code: 'TransactionConflict', Message: message } : { Code: 'None' };
  });
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const words = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return databaseError('TransactionCanceledException', words, { CancellationReasons: reasons });
}

function isIndexRead({ operation, body }: DatabaseCall): boolean {
  return (operation === 'Query' || operation === 'Scan') && typeof parse(body).IndexName === 'string';
}

async function readIndex(parts: {
  readonly faults: Faults;
  readonly stale: StaleAnswers;
  readonly call: DatabaseCall;
  readonly send: () => Promise<DatabaseAnswer>;
}): Promise<DatabaseAnswer> {
  const { faults, stale, call, send } = parts;
  const remembered = faults.isIndexStale() ? stale.find(call) : undefined;
  if (remembered !== undefined) return remembered;
  const answer = await send();
  stale.remember(call, answer);
  return answer;
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
}
