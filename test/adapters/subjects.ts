import { describe } from '@jest/globals';
import type { Database } from '../../src/adapters/dynamodb/database';
import { type Stores, storesIn } from '../../src/adapters/memory/stores';
import { emptyTables, type Tables } from '../../src/adapters/memory/tables';
import { dump } from '../tooling/dump';
import * as engines from '../tooling/engines';
import { expectPresenceInvariantsIn, profileIn, type Row, type Rows, scanAll } from '../tooling/rows';
import { storesOn as storesOnDatabase } from '../tooling/stores-on';

/** What the stores' suite is about: a database of some engine, or the memory. */
export type Subject = Database | Tables;

/** Beside the engines: the maps on which the simulator runs, which have to pass for a database. */
export const memory = { name: 'memory', inProcess: true } as const;

export type Engine = engines.TestEngine | typeof memory;

/** `describeOn` of the engines, and the same for the memory, which is never missing. */
export function describeOn(engine: Engine, title: string, suite: (subject: () => Subject) => void): void {
  if ('inProcess' in engine) {
    const tables = emptyTables();
    describe(title, () => suite(() => tables));
  } else {
    engines.describeOn(engine, title, suite);
  }
}

export function storesOn(subject: Subject): Stores {
  return isDatabase(subject) ? storesOnDatabase(subject) : storesIn(subject);
}

export async function rowsOf(subject: Subject): Promise<Rows> {
  return isDatabase(subject) ? scanAll(subject) : dump(subject);
}

export async function profileOf(subject: Subject, userId: string): Promise<Row | undefined> {
  return profileIn(await rowsOf(subject), userId);
}

export async function expectPresenceInvariants(subject: Subject): Promise<void> {
  expectPresenceInvariantsIn(await rowsOf(subject));
}

function isDatabase(subject: Subject): subject is Database {
  return 'client' in subject;
}
