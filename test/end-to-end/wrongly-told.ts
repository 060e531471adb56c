import type { Entry } from '../../client/core/wire';
import type { Ledger } from './ledger';
import { conversationsOf, type Settled } from './settled-rows';
import type { Talker } from './talker';

/**
 * What is not as it has to be, once nothing goes wrong any more: in the logs (M1, M2, M4), or on somebody's screen (M1,
 * M3, M4).
 */
export function wronglyTold(settled: Settled, talkers: readonly Talker[], ledger: Ledger): readonly string[] {
  return [
    ...wronglyStored(settled, ledger),
    ...inventions(settled, ledger),
    ...talkers.flatMap((talker) => wronglyShown(talker, settled)),
  ];
}

/** Each once, in the order of its writer, where its ack said. */
function wronglyStored({ logs }: Settled, ledger: Ledger): readonly string[] {
  return Array.from(ledger.written()).flatMap(([key, messages]) => {
    const { conversation = '', writer = '' } = messages[0] ?? {};
    const stored = (logs.get(conversation) ?? []).filter(({ id }) => id?.startsWith(`${writer}.`));
    const wasWritten = messages.map(({ seq, id, text }) => `${seq} ${id} ${text}`);
    const isStored = stored.map(({ seq, id, text }) => `${seq} ${id} ${text}`);
    const doubled = messages.filter(({ acks }) => acks !== 1).map(({ id, acks }) => `${id} was settled ${acks} times`);
    const difference = firstDifference(wasWritten, isStored);
    return [...doubled, ...(difference === undefined ? [] : [`${key}: ${difference}`])];
  });
}

/** What stands in a log, and nobody has written it there under this name. */
function inventions({ logs }: Settled, ledger: Ledger): readonly string[] {
  const messages = [...ledger.written().values()].flat();
  const users = new Set(messages.map(({ user }) => user));
  const written = new Set(messages.map(({ conversation, user, id }) => `${conversation} ${user} ${id}`));
  const stored = [...logs.values()].flat().filter(({ text, from }) => text !== undefined && users.has(from));
  return stored
    .filter(({ conversation, from, id }) => !written.has(`${conversation} ${from} ${id}`))
    .map((entry) => `nobody has written ${inOneLine(entry)}`);
}

/** A device shows a log from where it began, all of it, and is sent nothing that is not for its user. */
function wronglyShown({ plan, client }: Talker, settled: Settled): readonly string[] {
  const { logs, joinedSeqs } = settled;
  const own = conversationsOf(plan.user, settled);
  const firstSeqs = new Map(own.map((one) => [one, joinedSeqs.get(`${one} ${plan.user}`) ?? 1]));
  const strange = [...client.came].filter((key) => {
    const [conversation = '', seq] = key.split(' ');
    return !(Number(seq) >= (firstSeqs.get(conversation) ?? Number.POSITIVE_INFINITY));
  });
  const wrong = own.flatMap((conversation) => {
    const isShown = client.shown.filter((entry) => entry.conversation === conversation).map(inOneLine);
    const before = (firstSeqs.get(conversation) ?? 1) - 1;
    const differences = [before, ...(client.begins.get(conversation) ?? [])].map((after) => {
      const log = (logs.get(conversation) ?? []).filter(({ seq }) => seq > after);
      return firstDifference(log.map(inOneLine), isShown);
    });
    return differences.includes(undefined) ? [] : [`${plan.name} in ${conversation}: ${differences[0]}`];
  });
  return [...strange.map((key) => `${plan.name} was sent ${key}`), ...wrong];
}

function inOneLine({ conversation, seq, from, text, sentAt, id }: Entry): string {
  return `${conversation} ${seq} ${from} ${text} ${sentAt} ${id}`;
}

function firstDifference(due: readonly string[], found: readonly string[]): string | undefined {
  const at = Array.from({ length: Math.max(due.length, found.length) }).findIndex((_, i) => due[i] !== found[i]);
  if (at < 0) return undefined;
  return `of ${due.length} there are ${found.length}; number ${at + 1} has to be "${due[at]}", and is "${found[at]}"`;
}
