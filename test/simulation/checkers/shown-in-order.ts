import type { Entry } from '../../../client/core/wire';
import type { ConversationId } from '../../../src/protocol/ids';
import type { Device } from '../device';
import type { Plan } from '../plan';
import type { Memberships } from '../talk/memberships';
import type { Talker } from '../talk/talker';
import type { AckedIsStored } from './acked-is-stored';
import type { Checker, CheckerWorld } from './checker';

type ShownWorld = CheckerWorld & {
  readonly memberships: Memberships;
  readonly acked: AckedIsStored;
  readonly devices: readonly Device[];
  readonly plan: Plan;
};

const LOGIN_MS_MAX = 60_000;

/**
 * What a client shows is always a run of the log, from where it began, as it may see it: each entry as it stands there, none
 * twice, none left out but what was said while its user was not a member. At the end, every client that is connected shows all
 * that was acked, and every draft is stored once, or was refused.
 */
export class ShownInOrder implements Checker {
  readonly #world: ShownWorld;

  constructor(world: ShownWorld) {
    this.#world = world;
  }

  shows(talker: Talker, entry: Entry): void {
    const { tables, complain } = this.#world;
    const { conversation, seq, from, text, id } = entry;
    const tell = (what: string) => complain('M3', `${talker.name} shows ${seq} of ${conversation} ${what}`);
    const row = tables.logs.get(conversation as ConversationId)?.get(seq);
    if (!row) tell('which is not in the log');
    if (!row) return;
    const isPlace = id === undefined && text === undefined && from !== talker.user;
    if (from !== row.from || (!isPlace && (id !== row.id || text !== row.text))) tell('as it does not stand there');
    const last = talker.shown.get(conversation)?.at(-1);
    if (!this.#mayFollow(talker, { conversation, seq, last }))
      tell(`after ${last ?? talker.begunAt.get(conversation)}`);
  }

  #mayFollow({ user, begunAt }: Talker, { conversation, seq, last }: Next): boolean {
    const membership = this.#world.memberships.membershipAt(user, conversation, seq);
    if (!membership) return false;
    const isFirst = seq === membership.joinedSeq;
    if (last === undefined) return isFirst || seq - 1 === begunAt.get(conversation);
    return seq === last + 1 || (isFirst && seq > last);
  }

  finished(): void {
    for (const device of this.#world.devices) {
      const { talker } = device;
      if (!talker || !this.#isConnected(device)) continue;
      for (const { id } of talker.drafts) this.#world.complain('M1', `${talker.name} still waits with ${id}`);
      for (const { id, conversation } of talker.written) this.#expectSettled(talker, id, conversation);
      for (const [conversation] of this.#world.tables.logs.entries()) this.#expectAll(talker, conversation);
    }
  }

  #isConnected({ isAsleep, isLoggedIn, awakeSince, socket, user }: Device): boolean {
    const { tables, now } = this.#world;
    const isAwake = !isAsleep && now() - awakeSince > LOGIN_MS_MAX;
    return (
      isAwake && isLoggedIn && socket !== undefined && tables.connections.get(socket.connectionId)?.userId === user
    );
  }

  #expectSettled({ name, user, stored, refused, tries }: Talker, id: string, conversation: string): void {
    const { tables, complain, plan } = this.#world;
    const rows = [...(tables.logs.get(conversation as ConversationId)?.values() ?? [])];
    const seqs = rows.filter((row) => row.from === user && row.id === id).map(({ seq }) => seq);
    // Another try may have been under way when one was refused: the client's own, or AWS's.
    const mayHaveLanded = (tries.get(id) ?? 0) > 1 || plan.rates.invokedTwice !== undefined;
    const isStored = seqs.length === 1 && stored.get(id) === seqs[0];
    const isRight = refused.has(id) ? seqs.length <= (mayHaveLanded ? 1 : 0) : isStored;
    if (!isRight) {
      const heard = refused.get(id) ?? `stored at ${stored.get(id)}`;
      complain('M1', `${name} was told that ${id} is ${heard}: it stands at [${seqs}] of ${conversation}`);
    }
  }

  #expectAll(talker: Talker, conversation: string): void {
    const { acked, memberships, complain, tables } = this.#world;
    const end = tables.logs.get(conversation as ConversationId)?.size ?? 0;
    const membership = memberships.membershipAt(talker.user, conversation, end + 1);
    const due = acked.dueTo(talker, conversation);
    const cursor = talker.cursorOf(conversation);
    // What was due to a member who has left is due no more, even if they have joined again.
    if (membership && due >= membership.joinedSeq && cursor < due)
      complain('M1', `${talker.name} shows ${conversation} up to ${cursor}, not ${due}`);
    const last = talker.shown.get(conversation)?.at(-1) ?? talker.begunAt.get(conversation) ?? 0;
    if (cursor !== last) complain('M3', `${talker.name} shows ${conversation} up to ${last}, and says ${cursor}`);
  }
}

interface Next {
  readonly conversation: string;
  readonly seq: number;
  readonly last: number | undefined;
}
