import { expect, it } from '@jest/globals';
import type { Database } from '../../src/adapters/dynamodb/database';
import { storesIn } from '../../src/adapters/memory/stores';
import { emptyTables } from '../../src/adapters/memory/tables';
import { Random } from '../simulation/random';
import { dump } from '../tooling/dump';
import { describeOn, dynamoDbLocal, dynoxide } from '../tooling/engines';
import { type Row, type Rows, scanAll } from '../tooling/rows';
import { storesOn } from '../tooling/stores-on';
import { drawOperation } from './random-operations';

const SEQUENCES = 12;
const LENGTH = 150;

for (const engine of [dynoxide, dynamoDbLocal]) {
  describeOn(engine, `memory beside ${engine.name}`, (database) => {
    it.each(Array.from({ length: SEQUENCES }, (_, index) => index + 1))(
      'says the same to every operation of random sequence %i, and ends with the same rows',
      async (seed) => {
        const random = new Random(`differential ${seed}`);
        const tables = emptyTables();
        const [memory, real] = [storesIn(tables), storesOn(database())];
        // The tables are shared: each sequence has names of its own.
        const mark = `s${seed}x`;
        for (let step = 1; step <= LENGTH; step++) {
          const { name, run } = drawOperation(random, mark);

          const [expected, outcome] = [await outcomeOf(() => run(memory)), await outcomeOf(() => run(real))];

          expect({ step, name, outcome: outcome }).toEqual({ step, name, outcome: expected });
        }
        expect(await rowsMarked(database(), mark)).toEqual(sorted(dump(tables)));
      },
      60_000,
    );
  });
}

/** What a step came to, in one form whoever did it: nothing instead of `undefined`, and sets in order. */
async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify({ value: await run() }));
  } catch {
    return 'throws';
  }
}

async function rowsMarked(database: Database, mark: string): Promise<Rows> {
  const { connections, chat } = await scanAll(database);
  const isMarked = ({ connectionId, pk }: Row) => (connectionId?.S ?? pk?.S ?? '').includes(mark);
  return sorted({ connections: connections.filter(isMarked), chat: chat.filter(isMarked) });
}

function sorted({ connections, chat }: Rows): Rows {
  const keyOf = ({ connectionId, pk, sk }: Row) => connectionId?.S ?? `${pk?.S} ${sk?.S}`;
  const inOrder = (rows: readonly Row[]) =>
    rows.map(withSortedSets).sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  return { connections: inOrder(connections), chat: inOrder(chat) };
}

function withSortedSets(row: Row): Row {
  return row.connections?.SS ? { ...row, connections: { SS: row.connections.SS.toSorted() } } : row;
}
