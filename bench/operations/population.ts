import type { Database } from '../../src/adapters/dynamodb/database';
import { lookalikes } from '../../src/adapters/node/lookalikes';
import type { UserId } from '../../src/protocol/ids';
import { scanAll } from '../../test/tooling/rows';
import { fill, type Row } from './fill';
import { stageOn } from './stage';

/** Their rows are in memory at once: some eight of each. */
const USERS_AT_ONCE = 2_000;

const PAIR = 2;

// Whatever looks like another letter would stand in a row of its own under that letter.
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'].filter(
  (letter) => lookalikes.skeletonOf(letter as UserId) === letter,
);
const [HE = '', SHE = ''] = LETTERS.slice(-PAIR);

const CODE_LENGTH = 8;

/** In ms: when the first two have done all of it, and owe nothing, and no lease has ended. */
export const SETTLED_MS = 60_000;

/** The eight letters that all names of this pair's begin with: as many bytes for each. */
function codeOf(pair: number): string {
  const digits: string[] = [];
  for (let rest = pair; digits.length < CODE_LENGTH; rest = Math.floor(rest / LETTERS.length))
    digits.unshift(LETTERS[rest % LETTERS.length] ?? '');
  return digits.join('');
}

/** The names of a pair. */
export function pairOf(pair: number) {
  const code = codeOf(pair);
  return { he: `${code}${HE}`, she: `${code}${SHE}` };
}

/**
 * Fills an empty database with so many users, an even number: pairs who are friends, have a conversation that both have read, and are
 * online with a device each. The first pair really does all of it; the others are copies of its rows under other names, so that
 * no row has another shape than the operations write.
 */
export async function populate(
  database: Database,
  users: number,
  tell: (done: number) => void = () => undefined,
): Promise<void> {
  await liveAsPair(database);
  const first = await scanAll(database);
  const copies = (rows: readonly Row[], pairs: readonly number[]) => {
    const text = JSON.stringify(rows);
    return pairs.flatMap((pair) => JSON.parse(text.replaceAll(codeOf(0), codeOf(pair))) as Row[]);
  };
  for (let done = PAIR; done < users; done += USERS_AT_ONCE) {
    const chunk = Math.min(USERS_AT_ONCE, users - done) / PAIR;
    const pairs = Array.from({ length: chunk }, (_, index) => done / PAIR + index);
    await fill(database.client, database.connectionsTable, copies(first.connections, pairs));
    await fill(database.client, database.chatTable, copies(first.chat, pairs));
    tell(Math.min(users, done + USERS_AT_ONCE));
  }
}

async function liveAsPair(database: Database): Promise<void> {
  const { join, send } = stageOn(database, { mark: codeOf(0) });
  const { he, she } = pairOf(0);
  const [his, hers] = [await join(he), await join(she)];
  await send(his, { action: 'addFriend', user: she });
  await send(hers, { action: 'addFriend', user: he });
  await send(his, { action: 'chat', to: she, text: 'Are you there?' });
  await send(hers, { action: 'chat', to: he, text: 'I am.' });
  for (const connectionId of [his, hers])
    await send(connectionId, { action: 'ack', conversation: `dm:${he}:${she}`, received: 2, read: 2 });
}
