import { describe, expect, it } from '@jest/globals';
import { Messenger, type Saved } from '../../client/core/messenger';
import type { Entry, LoginReply, Outgoing } from '../../client/core/wire';
import { ACKS_APART_MS } from '../../client/limits';

const CONVERSATION = 'dm:ann:bob';

function start(saved: Saved = { drafts: [], cursors: {} }) {
  const sent: Outgoing[] = [];
  const shown: number[] = [];
  const kept = { saved };
  const messenger = new Messenger(
    {
      send: (command) => sent.push(command),
      show: ({ seq }) => shown.push(seq),
      stored: () => {},
      refused: () => {},
      save: (saved) => {
        kept.saved = saved;
      },
    },
    saved,
  );
  return { messenger, sent, shown, kept };
}

const draft = { conversation: CONVERSATION, target: { to: 'bob' }, text: 'hello', id: 'ann-1' };
const entry = (seq: number): Entry => ({
  conversation: CONVERSATION,
  seq,
  from: 'bob',
  text: `number ${seq}`,
  sentAt: seq,
  id: `bob-${seq}`,
});

const loginWith = (listed: { lastSeq: number; ackSeq: number }, messages: readonly Entry[]): LoginReply => ({
  user: 'ann',
  conversations: [{ conversation: CONVERSATION, ...listed }],
  messages,
});

describe('a device that is new', () => {
  it('begins where its user has acked, even if something was written before its first login', () => {
    const { messenger, sent, shown } = start();
    messenger.write(draft);

    messenger.loggedIn(loginWith({ lastSeq: 8, ackSeq: 7 }, [entry(8)]));

    expect(shown).toEqual([8]);
    expect(sent.filter(({ action }) => action === 'history')).toEqual([]);
    expect(sent.find(({ action }) => action === 'chat')).toMatchObject({ id: 'ann-1', after: 8 });
  });
});

describe('a device that has joined a group', () => {
  const joined = { ...entry(2), conversation: 'group:g', from: 'ann' };
  const login = { user: 'ann', conversations: [{ conversation: 'group:g', lastSeq: 2, ackSeq: 2 }], messages: [] };

  it('shows the entry that says so, even if its process ended before it had read it', () => {
    const before = start();
    before.messenger.loggedIn({ user: 'ann', conversations: [], messages: [] });
    before.messenger.entered('group:g', 2);

    const after = start(before.kept.saved);
    after.messenger.loggedIn(login);
    const [history] = after.sent;
    after.messenger.replied({ type: 'reply', ref: history && 'ref' in history ? history.ref : '', messages: [joined] });

    expect(history).toMatchObject({ action: 'history', conversation: 'group:g', after: 0 });
    expect(after.shown).toEqual([2]);
  });
});

describe('a page of history that is on its way for long', () => {
  const answers = {
    'an empty page': { type: 'reply', messages: [], more: false },
    'a refusal': { type: 'error', code: 'no_such_conversation' },
  } as const;

  it.each(Object.entries(answers))('does not hide what was heard of meanwhile: %s', (_, answer) => {
    const { messenger, sent, shown } = start();
    messenger.loggedIn(loginWith({ lastSeq: 1, ackSeq: 0 }, []));
    const [asked] = sent.splice(0);
    messenger.pushed(entry(2));

    messenger.replied({ ...answer, ref: asked && 'ref' in asked ? asked.ref : '' });
    const [again] = sent.splice(0);
    messenger.replied({
      type: 'reply',
      ref: again && 'ref' in again ? again.ref : '',
      messages: [entry(1), entry(2)],
      more: false,
    });

    expect([asked?.action, again?.action]).toEqual(['history', 'history']);
    expect(shown).toEqual([1, 2]);
  });
});

describe('a burst of messages', () => {
  const acksOf = (sent: readonly Outgoing[]) =>
    sent.flatMap((command) => (command.action === 'ack' ? [command.received] : []));

  function burst() {
    const device = start();
    device.messenger.tick(10_000);
    device.messenger.loggedIn(loginWith({ lastSeq: 0, ackSeq: 0 }, []));
    for (const seq of [1, 2, 3, 4]) device.messenger.pushed(entry(seq));
    return device;
  }

  it('is acked at its first message, and then as a whole when a second is over', () => {
    const { messenger, sent } = burst();
    const atOnce = acksOf(sent);

    messenger.tick(10_000 + ACKS_APART_MS - 1);
    const before = acksOf(sent);
    const isWaiting = messenger.isWaiting;
    messenger.tick(10_000 + ACKS_APART_MS);

    expect([atOnce, before, isWaiting]).toEqual([[1], [1], true]);
    expect(acksOf(sent)).toEqual([1, 4]);
    expect(messenger.isWaiting).toBe(false);
  });

  it('that a disconnection cuts short is acked by what the next login says', () => {
    const { messenger, sent } = burst();

    messenger.disconnected();
    messenger.tick(20_000);
    const whileAway = acksOf(sent);
    messenger.loggedIn(loginWith({ lastSeq: 4, ackSeq: 1 }, [2, 3, 4].map(entry)));

    expect(whileAway).toEqual([1]);
    expect(acksOf(sent)).toEqual([1, 4]);
  });
});
