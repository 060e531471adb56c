import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../src/adapters/dynamodb/database';
import { storesIn } from '../../src/adapters/memory/stores';
import type { Tables } from '../../src/adapters/memory/tables';
import { dump } from '../tooling/dump';
import { type Row, type Rows, scanAll } from '../tooling/rows';
import { storesOn } from '../tooling/stores-on';
import type { WorldPorts } from './steps';

type Method = (...args: never[]) => Promise<unknown>;
type Methods = Readonly<Record<string, Method>>;

/** What an index or a scan shows depends on its lag, and on an engine's own order of keys: nothing decides by it. */
const UNCOMPARED = new Set(['connections.listOf', 'connections.expired']);

/** A step to which the two gave different answers. */
export interface Difference {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly memory: unknown;
  readonly database: unknown;
}

/**
 * Every step on a real database, and on the memory beside it, which the checkers read. The operations get the database's
 * answers; each has to be the memory's.
 */
export class Lockstep {
  readonly differences: Difference[] = [];
  readonly #database: Database;
  /** One request at a time: the simulator has decided their order. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  readonly wrapPorts = ({ sockets, fanOut }: WorldPorts, tables: Tables): WorldPorts => {
    const real = storesOn(this.#database) as unknown as Readonly<Record<string, Methods>>;
    const pairs = Object.entries(storesIn(tables)).map(([port, methods]) => {
      const both = Object.entries(methods as object as Methods).map(([method, inMemory]) => {
        const inDatabase = real[port]?.[method];
        if (!inDatabase) throw new Error(`The database has no ${port}.${method}.`);
        return [method, this.#both(`${port}.${method}`, inMemory, inDatabase)];
      });
      return [port, Object.fromEntries(both)];
    });
    return { ...Object.fromEntries(pairs), sockets, fanOut };
  };

  #both(name: string, inMemory: Method, inDatabase: Method): Method {
    return async (...args) => {
      // The memory first, at once: the checkers read it as soon as this has been called.
      const expected = inMemory(...args);
      const outcome = this.#last.then(() => inDatabase(...args));
      this.#last = outcome.catch(() => undefined);
      const [memory, database] = [await plain(expected), await plain(outcome)];
      if (!UNCOMPARED.has(name) && memory !== database) this.differences.push({ name, args, memory, database });
      return name === 'connections.listOf' ? expected : outcome;
    };
  }

  /** Puts what the memory starts with into the database, in place of whatever was there. */
  async begin(tables: Tables): Promise<void> {
    const { client, connectionsTable, chatTable } = this.#database;
    const { connections, chat } = await scanAll(this.#database);
    for (const { connectionId } of connections) {
      await client.send(new DeleteItemCommand({ TableName: connectionsTable, Key: keyOf({ connectionId }) }));
    }
    for (const { pk, sk } of chat)
      await client.send(new DeleteItemCommand({ TableName: chatTable, Key: keyOf({ pk, sk }) }));
    for (const Item of dump(tables).chat) await client.send(new PutItemCommand({ TableName: chatTable, Item }));
  }

  /** All rows of both, in the same form. */
  async rows(tables: Tables): Promise<{ readonly memory: string[]; readonly database: string[] }> {
    return { memory: inOrder(dump(tables)), database: inOrder(await scanAll(this.#database)) };
  }
}

function keyOf(attributes: Readonly<Record<string, Row[string] | undefined>>): Row {
  return attributes as Row;
}

async function plain(outcome: Promise<unknown>): Promise<string> {
  try {
    return canonical(await outcome);
  } catch {
    return 'throws';
  }
}

/** Without `undefined`, with the names in order; and lists, too, because sets have no order and no list here means one. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${entries
    .map(([name, field]) => `${name}:${canonical(field)}`)
    .sort()
    .join(',')}}`;
}

function inOrder({ connections, chat }: Rows): string[] {
  return [...connections, ...chat].map(canonical).sort();
}
