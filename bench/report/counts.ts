/** What is counted of an operation, in the order of the tables' columns. */
export const COUNTS = ['requests', 'inSequence', 'readUnits', 'writeUnits', 'callbacks'] as const;
