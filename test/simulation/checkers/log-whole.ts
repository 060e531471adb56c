import type { MessageRow } from '../../../src/adapters/memory/tables';
import type { Commit, LogWrite } from '../commits';
import type { Checker, CheckerWorld } from './checker';

/**
 * M2: the seqs of a log are 1…n, and it holds each message once. M3: there is one order for all, which is the log's: what
 * stands at a seq stays there. After each step that wrote a log.
 */
export function logWhole({ complain }: Pick<CheckerWorld, 'complain'>): Checker {
  const named = new Map<string, number>();

  const checkNew = (row: MessageRow, size: number) => {
    const { conversation, seq, from, id } = row;
    if (seq !== size) complain('M2', `${conversation} has ${size} entries, and the newest is ${seq}`);
    const name = `${conversation} ${from} ${id}`;
    const first = named.get(name);
    if (first !== undefined) complain('M2', `${conversation} has ${id} of ${from} at ${first} and at ${seq}`);
    named.set(name, seq);
  };

  const check = ({ key, before, after }: LogWrite) => {
    for (const [seq, row] of after ?? []) {
      const was = before?.get(seq);
      if (!was) checkNew(row, after?.size ?? 0);
      else if (was.id !== row.id || was.from !== row.from || was.text !== row.text)
        complain('M3', `${key} has ${row.id} at ${seq}, where ${was.id} was`);
    }
    for (const seq of before?.keys() ?? []) if (!after?.has(seq)) complain('M2', `${key} has lost ${seq}`);
  };

  return {
    committed({ logs }: Commit) {
      for (const write of logs) check(write);
    },
  };
}
