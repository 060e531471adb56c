import { describe, expect, it } from '@jest/globals';
import { UnitMeter, unitsOf, unitsOfRefusal } from '../../../local/dynamodb/unit-meter';

describe('unitsOf', () => {
  it.each([
    ['GetItem', { CapacityUnits: 0.5 }, 0.5, 0],
    ['Query', { CapacityUnits: 2 }, 2, 0],
    ['PutItem', { CapacityUnits: 3 }, 0, 3],
    ['BatchGetItem', [{ CapacityUnits: 1 }, { CapacityUnits: 2 }], 3, 0],
    ['BatchWriteItem', [{ CapacityUnits: 1 }, { CapacityUnits: 2 }], 0, 3],
    ['TransactWriteItems', [{ CapacityUnits: 4, WriteCapacityUnits: 4 }], 0, 4],
    // The replay of a transaction that was done already only reads.
    ['TransactWriteItems', [{ CapacityUnits: 4, ReadCapacityUnits: 4 }], 4, 0],
    ['ListTables', undefined, 0, 0],
  ])('of %s with %j are %d read and %d write', (operation, consumed, readUnits, writeUnits) => {
    expect(unitsOf(operation, consumed)).toEqual({ readUnits, writeUnits, databaseRequests: 1 });
  });
});

describe('unitsOfRefusal', () => {
  it.each([
    ['ConditionalCheckFailedException', 0, 1],
    ['TransactionCanceledException', 3, 6],
    ['ValidationException', 0, 0],
  ])('bills %s of %d items with %d write units', (errorType, transactItems, writeUnits) => {
    expect(unitsOfRefusal(errorType, transactItems)).toEqual({ readUnits: 0, writeUnits, databaseRequests: 1 });
  });
});

describe('UnitMeter', () => {
  it('keeps access keys apart, and forgets what was taken', () => {
    const meter = new UnitMeter();
    meter.add('A', { readUnits: 1, writeUnits: 0, databaseRequests: 1 });
    meter.add('A', { readUnits: 0.5, writeUnits: 2, databaseRequests: 1 });
    meter.add('B', { readUnits: 0, writeUnits: 1, databaseRequests: 1 });

    const taken = [meter.takeUnits('A'), meter.takeUnits('A'), meter.takeUnits('B')];

    expect(taken).toEqual([
      { readUnits: 1.5, writeUnits: 2, databaseRequests: 2 },
      { readUnits: 0, writeUnits: 0, databaseRequests: 0 },
      { readUnits: 0, writeUnits: 1, databaseRequests: 1 },
    ]);
  });
});
