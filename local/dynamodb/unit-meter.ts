import type { Units } from '../gateway/gateway-event';

const NOTHING: Units = { readUnits: 0, writeUnits: 0, databaseRequests: 0 };

/** Where an operation's units go when the response does not divide them itself. Others take no units, only requests. */
const UNITS_OF: Readonly<Record<string, 'readUnits' | 'writeUnits'>> = {
  GetItem: 'readUnits',
  BatchGetItem: 'readUnits',
  Query: 'readUnits',
  Scan: 'readUnits',
  TransactGetItems: 'readUnits',
  PutItem: 'writeUnits',
  UpdateItem: 'writeUnits',
  DeleteItem: 'writeUnits',
  BatchWriteItem: 'writeUnits',
  TransactWriteItems: 'writeUnits',
};

/** Whether the operation takes ReturnConsumedCapacity. Those that do not would refuse the unknown field. */
export function isMetered(operation: string): boolean {
  return Object.hasOwn(UNITS_OF, operation);
}

interface Capacity {
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}

/** One request's units, from the `ConsumedCapacity` of its response: an object, or a list with one per table. */
export function unitsOf(operation: string, consumed: unknown): Units {
  const capacities = (Array.isArray(consumed) ? consumed : [consumed ?? {}]) as readonly Capacity[];
  const kind = UNITS_OF[operation];
  let readUnits = 0;
  let writeUnits = 0;
  for (const capacity of capacities) {
    if (capacity.ReadCapacityUnits !== undefined || capacity.WriteCapacityUnits !== undefined) {
      readUnits += capacity.ReadCapacityUnits ?? 0;
      writeUnits += capacity.WriteCapacityUnits ?? 0;
    } else if (kind === 'readUnits') {
      readUnits += capacity.CapacityUnits ?? 0;
    } else if (kind === 'writeUnits') {
      writeUnits += capacity.CapacityUnits ?? 0;
    }
  }
  return { readUnits, writeUnits, databaseRequests: 1 };
}

/**
 * A refused condition is billed although the response says nothing of it: a write of the item that was found, or of one
 * unit if none was (DynamoDB guide, "Capacity unit consumption for write operations"). The item's size is not known
 * here, so this is the least that it can be: one unit, and two for each item of a cancelled transaction.
 */
export function unitsOfRefusal(errorType: string, transactItems: number): Units {
  if (errorType === 'ConditionalCheckFailedException') return { ...NOTHING, writeUnits: 1, databaseRequests: 1 };
  if (errorType === 'TransactionCanceledException') {
    return { ...NOTHING, writeUnits: 2 * transactItems, databaseRequests: 1 };
  }
  return { ...NOTHING, databaseRequests: 1 };
}

/** What each access key has used since it was last asked. Each Lambda environment has a key of its own. */
export class UnitMeter {
  readonly #used = new Map<string, Units>();

  add(accessKeyId: string, units: Units): void {
    const before = this.#used.get(accessKeyId) ?? NOTHING;
    this.#used.set(accessKeyId, {
      readUnits: before.readUnits + units.readUnits,
      writeUnits: before.writeUnits + units.writeUnits,
      databaseRequests: before.databaseRequests + units.databaseRequests,
    });
  }

  /** Reads and resets. */
  takeUnits(accessKeyId: string): Units {
    const used = this.#used.get(accessKeyId) ?? NOTHING;
    this.#used.delete(accessKeyId);
    return used;
  }
}
