import type { Entry } from '../../client/core/wire';
import type { Database } from '../../src/adapters/dynamodb/database';
import { type Row, scan } from '../tooling/rows';
import { groupBy } from './group-by';
import type { Ledger } from './ledger';
import type { Talker } from './talker';

type Logs = ReadonlyMap<string, readonly Entry[]>;

/** From which seq on who may read which group, by `conversation user`. */
type JoinedSeqs = ReadonlyMap<string, number>;

/** What is not as it has to be, once nothing goes wrong any more: in the logs, or on somebody's screen. */
export async function wronglyTold(
  database: Database,
  talkers: readonly Talker[],
  ledger: Ledger,
): Promise<readonly string[]> {
  const rows = await scan(database, database.chatTable);
  const logs = readLogs(rows);
  const joinedSeqs = readJoinedSeqs(rows);
  return [
    ...wronglyStored(logs, ledger),
    ...talkers.flatMap((talker) => (talker.isLoggedIn ? [] : [`${talker.plan.name} is not logged in`])),
    ...talkers.flatMap(({ plan, drafts }) => (drafts === 0 ? [] : [`${plan.name} still has ${drafts} drafts`])),
    ...talkers.flatMap((talker) => wronglyShown(talker, logs, joinedSeqs)),
  ];
}

function readLogs(rows: readonly Row[]): Logs {
  const entries = rows.filter((row) => row.sk?.S?.startsWith('MSG#')).map(toEntry);
  const sorted = entries.toSorted((one, other) => one.seq - other.seq);
  return groupBy(sorted, ({ conversation }) => conversation);
}

function toEntry({ pk, sk, from, text, sentAt, id }: Row): Entry {
  return {
    conversation: String(pk?.S?.slice('CONV#'.length)),
    seq: Number(sk?.S?.slice('MSG#'.length)),
    from: String(from?.S),
    text: text?.S,
    sentAt: Number(sentAt?.N),
    id: id?.S,
  };
}

function readJoinedSeqs(rows: readonly Row[]): JoinedSeqs {
  const members = rows.filter((row) => row.sk?.S?.startsWith('MEMBER#'));
  const keyOf = ({ pk, sk }: Row) => `${pk?.S?.slice('CONV#'.length)} ${sk?.S?.slice('MEMBER#'.length)}`;
  return new Map(members.map((row) => [keyOf(row), Number(row.joinedSeq?.N)]));
}

/** Each once, in the order of its writer, where its ack said. */
function wronglyStored(logs: Logs, ledger: Ledger): readonly string[] {
  return Array.from(ledger.written()).flatMap(([key, messages]) => {
    const { conversation = '', writer = '' } = messages[0] ?? {};
    const stored = (logs.get(conversation) ?? []).filter(({ id }) => id?.startsWith(`${writer}.`));
    const wasWritten = messages.map(({ seq, id, text }) => `${seq} ${id} ${text}`);
    const isStored = stored.map(({ seq, id, text }) => `${seq} ${id} ${text}`);
    const doubled = messages.filter(({ acks }) => acks > 1).map(({ id }) => `${id} was settled more than once`);
    const difference = firstDifference(wasWritten, isStored);
    return [...doubled, ...(difference === undefined ? [] : [`${key}: ${difference}`])];
  });
}

/** A device shows a log from where it began, all of it, and nothing that is not for its user. */
function wronglyShown({ plan, shown, begins }: Talker, logs: Logs, joinedSeqs: JoinedSeqs): readonly string[] {
  const own = [...logs.keys()].filter((conversation) =>
    conversation.startsWith('dm:')
      ? conversation.split(':').includes(plan.user)
      : joinedSeqs.has(`${conversation} ${plan.user}`),
  );
  const strange = shown.filter(({ conversation }) => !own.includes(conversation));
  const wrong = own.flatMap((conversation) => {
    const first = (joinedSeqs.get(`${conversation} ${plan.user}`) ?? 1) - 1;
    const isShown = shown.filter((entry) => entry.conversation === conversation).map(inOneLine);
    const differences = [first, ...(begins.get(conversation) ?? [])].map((after) => {
      const log = (logs.get(conversation) ?? []).filter(({ seq }) => seq > after);
      return firstDifference(log.map(inOneLine), isShown);
    });
    return differences.includes(undefined) ? [] : [`${plan.name} in ${conversation}: ${differences[0]}`];
  });
  return [...strange.map((entry) => `${plan.name} is shown ${inOneLine(entry)}`), ...wrong];
}

function inOneLine({ conversation, seq, from, text, sentAt, id }: Entry): string {
  return `${conversation} ${seq} ${from} ${text} ${sentAt} ${id}`;
}

function firstDifference(due: readonly string[], found: readonly string[]): string | undefined {
  const at = Array.from({ length: Math.max(due.length, found.length) }).findIndex((_, i) => due[i] !== found[i]);
  if (at < 0) return undefined;
  return `of ${due.length} there are ${found.length}; number ${at + 1} has to be "${due[at]}", and is "${found[at]}"`;
}
