import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/adapters/dynamodb/database';
import { expectLogInvariants } from '../tooling/rows';
import { eventually, START_MS_MAX } from './children';
import { createUsers, PASSWORD } from './create-users';
import { Dice } from './dice';
import { FrameSocket } from './frame-socket';
import { Ledger } from './ledger';
import { ServedApp } from './served-app';
import { ARRIVALS_MS, Talker, type TalkerPlan } from './talker';
import { planTalks, type Talk } from './talks';
import { wronglyTold } from './wrongly-told';
import type { Frame } from './wscat';

/** The same lives and the same faults again: MESSAGES_SEED=7 npx jest test/end-to-end/messages */
const SEED = Number(process.env.MESSAGES_SEED ?? 1);

const USERS = 100;
const SECOND_DEVICES = 20;
const MESSAGES_OF_A_DEVICE = 20;
const LIVES_MS = 60_000;

/** The last one is large: what it says goes through the queue. */
const DIRECT_MEMBERS_MAX = 8;
const TALKS = { direct: 60, groups: [3, 3, 4, 4, 5, 6, 8, DIRECT_MEMBERS_MAX + 6] };

/** What a network and a cloud still have to do when the faults have ended, on a machine that is busy with other work. */
const SETTLED_MS_MAX = 120_000;

const FAULTS = {
  'disconnect.lost': 0.3,
  'disconnect.late': 0.2,
  'disconnect.twice': 0.2,
  'gone.false': 0.02,
  'post.lost': 0.05,
  'post.429': 0.03,
  'lambda.crash': 0.001,
  'lambda.throttle': 0.01,
  'dynamodb.throttle': 0.02,
  'dynamodb.conflict': 0.05,
  'dynamodb.ambiguous': 0.02,
  'stream.twice': 0.2,
};

describe('messages, with real sockets', () => {
  const talkers: Talker[] = [];
  const ledger = new Ledger();
  const over = new AbortController();
  let lives: Promise<unknown> = Promise.resolve();
  let struck: Readonly<Record<string, number>> = {};
  let app: ServedApp;
  let database: Database;

  beforeAll(async () => {
    const calm = Object.keys(FAULTS).map((name) => `${name}=0`);
    const flags = ['--fault', calm.join(), '--seed', String(SEED), '--idle-seconds', '40', '--environments', '3'];
    app = await ServedApp.start(['-c', `directMembersMax=${DIRECT_MEMBERS_MAX}`, '-c', 'lease=30', ...flags]);
    database = await app.database();
  }, START_MS_MAX);

  afterAll(async () => {
    over.abort();
    for (const talker of talkers) talker.hangUp();
    await lives;
    database?.client.destroy();
    await app?.stop();
  }, START_MS_MAX);

  describe('a group that is larger than may be told directly', () => {
    const members = Array.from({ length: DIRECT_MEMBERS_MAX + 1 }, (_, index) => `member${index}`);
    const command = { action: 'chat', group: 'choir', text: '你们好', id: 'm1', after: members.length };
    const message = { conversation: 'group:choir', seq: members.length + 1, from: 'member0', text: '你们好', id: 'm1' };
    const sockets = new Map<string, FrameSocket>();
    const heard = new Map<string, Frame[]>();

    const logIn = async (user: string) => {
      const frames: Frame[] = [];
      const socket = await FrameSocket.open(app.url, user, (frame) => frames.push(frame));
      if (socket === undefined) throw new Error(`${user} was refused.`);
      sockets.set(user, socket);
      heard.set(user, frames);
      return socket.ask({ action: 'login', user, password: PASSWORD });
    };
    const ask = (user: string, frame: Frame) => sockets.get(user)?.ask(frame);
    const toldTo = (user: string) => heard.get(user)?.filter(({ type, id }) => type === 'message' && id === 'm1') ?? [];

    afterAll(() => {
      for (const socket of sockets.values()) socket.close();
    });

    it('is joined by one after the other', async () => {
      await createUsers(database, members);
      for (const user of members) await logIn(user);
      const made = await ask('member0', { action: 'createGroup', name: 'Choir', id: 'choir' });
      expect(made).toMatchObject({ ok: true, size: 1 });

      for (const [index, user] of members.slice(1).entries())
        expect(await ask(user, { action: 'joinGroup', group: 'choir' })).toMatchObject({ ok: true, size: index + 2 });
    });

    it('is told through the queue, each online device once, and not the one that sent it', async () => {
      sockets.get('member1')?.close();
      await eventually('end of member1’s socket', () => sockets.get('member1')?.closed.aborted || undefined);

      expect(await ask('member0', command)).toMatchObject({ ok: true, seq: message.seq });

      const online = members.filter((user) => user !== 'member0' && user !== 'member1');
      await eventually('message to all', () => online.every((user) => toldTo(user).length > 0) || undefined);
      for (const user of online) expect(toldTo(user)).toEqual([expect.objectContaining(message)]);
      expect(toldTo('member0')).toEqual([]);
      expect(app.invokedBy('queue').length).toBeGreaterThan(0);
    });

    it('brings it to one who was offline, with the login', async () => {
      const snapshot = await logIn('member1');

      expect(snapshot?.messages).toContainEqual(expect.objectContaining(message));
      expect(snapshot?.conversations).toMatchObject([{ conversation: 'group:choir', lastSeq: message.seq }]);
    });

    it('stores it once, whoever sends it again', async () => {
      expect(await ask('member0', command)).toMatchObject({ ok: true, seq: message.seq });

      await expectLogInvariants(database);
      expect(await ask('member1', { action: 'sync', cursors: { 'group:choir': message.seq } })).toMatchObject({
        messages: [],
        more: false,
      });
    });
  });

  describe('a crowd whose sockets are killed, in a hostile world', () => {
    const users = Array.from({ length: USERS }, (_, index) => `user${index}`);
    const talks = planTalks(users, SEED, TALKS);
    const groupsOf = new Map<string, Set<string>>(users.map((user) => [user, new Set()]));

    it(
      'ends with every log and every screen as they have to be, and nothing left to send',
      async () => {
        await createUsers(database, users);
        await app.trouble(FAULTS);
        // Each listens, and is meant to.
        setMaxListeners(0, over.signal);
        const joined = (user: string) => groupsOf.get(user) ?? new Set();
        const around = { app, seed: SEED, livesMs: LIVES_MS, ledger, over: over.signal, joined };
        talkers.push(...planTalkers(users, talks).map((plan) => new Talker(plan, around)));

        await Promise.all(talkers.map((talker) => talker.live()));
        const { faults } = await app.facts();
        struck = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, faults[name]?.struck ?? 0]));
        await app.calm();
        lives = Promise.all(talkers.map((talker) => talker.remain()));
        let wrong: readonly string[] = ['nobody has looked yet'];
        const look = async () => {
          wrong = await wronglyTold(database, talkers, ledger);
          return wrong.length === 0 || undefined;
        };
        await eventually('world in which everything is told', look, SETTLED_MS_MAX).catch(() => undefined);

        expect(wrong).toEqual([]);
        expect(ledger.refused).toEqual([]);
        await expectLogInvariants(database);
        expect(Object.keys(FAULTS).filter((name) => struck[name] === 0)).toEqual([]);
      },
      2 * (ARRIVALS_MS + LIVES_MS) + SETTLED_MS_MAX + 240_000,
    );

    it('tells how much there was, and how long it took', () => {
      const { messages, retries, reconnects, restarts } = ledger;
      const shown = talkers.reduce((sum, talker) => sum + talker.shown.length, 0);
      process.stdout.write(
        [
          `\nseed ${SEED}: ${messages} messages in ${talks.length} conversations, shown ${shown} times`,
          `${retries} sent again; ${reconnects} sockets killed, of them ${restarts} with their process`,
          `faults: ${Object.entries(struck).map(([name, times]) => `${name} ${times}`)}`,
          `${ledger.times()}\n\n`,
        ].join('\n'),
      );

      expect(messages).toBeGreaterThan(1_000);
      expect(reconnects).toBeGreaterThan(USERS);
    });
  });
});

/** One device for each user, and a second one for some. */
function planTalkers(users: readonly string[], talks: readonly Talk[]): readonly TalkerPlan[] {
  const dice = new Dice(SEED, 'devices');
  const second = new Set(dice.some(users, SECOND_DEVICES));
  return users.flatMap((user) => {
    const own = talks.filter(({ members }) => members.includes(user));
    const messages = own.length === 0 ? 0 : MESSAGES_OF_A_DEVICE;
    const first = { user, name: `${user}/0`, talks: own, joins: true, messages };
    return second.has(user) ? [first, { ...first, name: `${user}/1`, joins: false }] : [first];
  });
}
