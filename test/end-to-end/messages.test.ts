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
import { readSettled, type Settled } from './settled-rows';
import { Talker, type TalkerPlan } from './talker';
import { planTalks, type Talk } from './talks';
import { wronglyCounted } from './wrongly-counted';
import { wronglyTold } from './wrongly-told';
import type { Frame } from './wscat';

/** The same plans and the same faults again: MESSAGES_SEED=7 npx jest test/end-to-end/messages */
const SEED = Number(process.env.MESSAGES_SEED ?? 1);

const USERS = 100;
const SECOND_DEVICES = 10;

/** More for who has the time: 19 make two thousand messages, and take two busy cores five minutes. */
const MESSAGES_OF_A_DEVICE = Number(process.env.MESSAGES_OF_A_DEVICE ?? 10);

/** The last group is large: what is said in it goes through the queue. */
const DIRECT_MEMBERS_MAX = 5;
const TALKS = { directMore: 10, groups: [3, 3, 4, 4, 5, DIRECT_MEMBERS_MAX + 4] };

/** How long a machine may take which is busy with other work. */
const LIVES_MS_MAX = 600_000;
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
  const over = new AbortController();
  let lives: Promise<unknown> = Promise.resolve();
  let app: ServedApp;
  let database: Database;

  beforeAll(async () => {
    const calm = Object.keys(FAULTS).map((name) => `${name}=0`);
    const flags = ['--fault', calm.join(), '--seed', String(SEED), '--idle-seconds', '40', '--environments', '4'];
    app = await ServedApp.start(['-c', `directMembersMax=${DIRECT_MEMBERS_MAX}`, '-c', 'lease=30', ...flags]);
    database = await app.database();
  }, START_MS_MAX);

  afterAll(async () => {
    over.abort();
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
    const plans = planTalkers(users, talks);
    const planned = MESSAGES_OF_A_DEVICE * plans.length;
    const groupsOf = new Map<string, Set<string>>(users.map((user) => [user, new Set()]));
    const ledger = new Ledger();
    const talkers: Talker[] = [];
    let queued = 0;
    let settled: Settled;

    afterAll(() => {
      over.abort();
      for (const { client } of talkers) client.forget();
    });

    beforeAll(async () => {
      await createUsers(database, users);
      // Each listens, and is meant to.
      setMaxListeners(0, over.signal);
      const joined = (user: string) => groupsOf.get(user) ?? new Set();
      const progress = () => ledger.messages / planned;
      const around = { app, seed: SEED, ledger, progress, over: over.signal, joined };
      talkers.push(...plans.map((plan) => new Talker(plan, around)));
      queued = app.invokedBy('queue').length;
    }, START_MS_MAX);

    it(
      'gets rid of all that it has written, with every kind of fault on',
      async () => {
        await app.trouble(FAULTS);
        await Promise.all(talkers.map((talker) => talker.live()));
        lives = Promise.all(talkers.map((talker) => talker.remain()));
        await eventually(
          'end of all drafts',
          () => talkers.every(({ client }) => client.drafts === 0) || undefined,
          SETTLED_MS_MAX,
        );

        const { faults } = await app.facts();
        expect(Object.keys(FAULTS).filter((name) => !faults[name]?.struck)).toEqual([]);
        expect(ledger.messages).toBe(planned);
        expect(ledger.kills).toBeGreaterThan(USERS);
        expect(ledger.refused).toEqual([]);
        process.stdout.write(`\nseed ${SEED}; struck: ${struckIn(faults)}\n`);
      },
      LIVES_MS_MAX,
    );

    it(
      'is settled after one more login of each device, when the faults have ended',
      async () => {
        await app.calm();
        await eventually('world in which nothing runs', () => app.isIdle(), SETTLED_MS_MAX);
        for (const { client } of talkers) client.forget();
        await eventually(
          'login of everybody',
          () => talkers.every(({ client }) => client.isLoggedIn) || undefined,
          SETTLED_MS_MAX,
        );
        await eventually('world in which nothing runs any more', () => app.isIdle(), SETTLED_MS_MAX);
        settled = await readSettled(database);

        expect(settled.logs.size).toBe(talks.length + 1);
      },
      4 * SETTLED_MS_MAX,
    );

    it('has logs without gaps that hold each message once, where its ack said, and shows them on every screen', async () => {
      expect(wronglyTold(settled, talkers, ledger)).toEqual([]);
      await expectLogInvariants(database);
    });

    it('counts what is unread as the logs and the cursors say', () => {
      expect(wronglyCounted(settled, talkers, ledger)).toEqual([]);
    });

    it('let no stranger write to a group or read it', () => {
      const refusals = ledger.trespasses.filter((told) => /not_a_member|no_such_conversation/.test(told));
      expect(refusals.length).toBeGreaterThan(0);
      expect(refusals).toEqual(ledger.trespasses);
    });

    it('was told through the queue where the group is large', () => {
      expect([...settled.big].sort()).toEqual(['group:choir', `group:group${TALKS.groups.length - 1}`]);
      expect(app.invokedBy('queue').length).toBeGreaterThan(queued);
    });

    it('tells how much there was, and how long it took', () => {
      process.stdout.write(`\nseed ${SEED}, ${talks.length} conversations\n${ledger.table()}\n\n`);

      expect(ledger.duplicates).toBeGreaterThan(0);
      expect(ledger.resent).toBeGreaterThan(0);
    });
  });
});

function struckIn(faults: Readonly<Record<string, { readonly struck: number }>>): string {
  return Object.keys(FAULTS)
    .map((name) => `${name} ${faults[name]?.struck}`)
    .join(', ');
}

/** One device for each user, and a second one for some. */
function planTalkers(users: readonly string[], talks: readonly Talk[]): readonly TalkerPlan[] {
  const second = new Set(new Dice(SEED, 'devices').some(users, SECOND_DEVICES));
  return users.flatMap((user) => {
    const own = talks.filter(({ members }) => members.includes(user));
    const first = { user, name: `${user}/0`, talks: own, joins: true, messages: MESSAGES_OF_A_DEVICE };
    return second.has(user) ? [first, { ...first, name: `${user}/1`, joins: false }] : [first];
  });
}
