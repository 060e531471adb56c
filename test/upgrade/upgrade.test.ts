import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { toJob } from '../../src/adapters/sqs/fan-out';
import type { FanOutJob } from '../../src/domain/ports/ports';
import type { Action } from '../../src/protocol/commands';
import { planOf } from '../hostile/plan';
import { describeFailure } from '../hostile/report';
import { violationOf } from '../hostile/shrink';
import { type Server, sideOf } from '../hostile/side';
import { databaseEngine, type Stage } from '../hostile/stage';
import { createDatabase } from '../tooling/create-database';
import { describeOn, dynoxide, readTemplate } from '../tooling/engines';
import { faultsOf } from '../tooling/row-shapes';
import { expectLogInvariants, expectPresenceInvariants, profileOf, scanAll } from '../tooling/rows';
import { folderOf, keptRows, keptServer, LAST_RELEASE } from './kept';
import { loadRows } from './load-rows';
import { thisRelease } from './release';
import { atWork, tell } from './tell';

const kept = keptRows();

const freshDatabase = () => createDatabase(String(dynoxide.url), readTemplate());

/** This release, on the rows of the last one, a second after it wrote the last of them. */
async function upgraded() {
  const database = await freshDatabase();
  await loadRows(database, kept);
  const here = atWork(thisRelease, database, kept.now + 1_000);
  here.resume(kept.connections.map((row) => String(row.connectionId?.S)));
  const expectWhole = async () => {
    await expectPresenceInvariants(database);
    await expectLogInvariants(database);
    expect(faultsOf(await scanAll(database))).toEqual([]);
    expect(here.reported).toEqual([]);
  };
  return { ...here, database, expectWhole };
}

describe('what is kept of releases', () => {
  it('is the last one only, and small enough to keep', () => {
    expect(readdirSync(dirname(folderOf(LAST_RELEASE)))).toEqual([LAST_RELEASE]);
    expect(readdirSync(folderOf(LAST_RELEASE)).sort()).toEqual(['rows.json', 'server.cjs']);
  });

  it('has rows of every kind, that are as whole as ours', () => {
    const kinds = new Set(kept.chat.map((row) => row.sk?.S?.split('#')[0]));

    expect([...kinds].sort()).toEqual(
      expect.arrayContaining(['CREDENTIAL', 'FRIEND', 'INBOX', 'MEMBER', 'META', 'MSG', 'PROFILE']),
    );
    expect(faultsOf(kept)).toEqual([]);
    const attributes = new Set(kept.chat.flatMap((row) => Object.keys(row)));
    for (const rare of ['hidden', 'expiresAt', 'blocked', 'frozenVersion', 'blockAfter', 'big', 'change', 'lastSeen'])
      expect(attributes).toContain(rare);
  });
});

describeOn(dynoxide, 'rows of the last release', () => {
  it('let everybody in: by the password and by a token of then', async () => {
    const { login, connect, send, expectWhole } = await upgraded();

    for (const [user, token] of Object.entries(kept.tokens)) {
      expect(await login(`${user}-new`, user)).toMatchObject({ ok: true, user });
      await connect(`${user}-token`);
      expect(await send(`${user}-token`, { action: 'login', token })).toMatchObject({ ok: true, user });
    }

    expect(await login('never-new', 'never')).toMatchObject({ ok: true, devices: 1, requests: [{ user: 'ann' }] });
    await expectWhole();
  });

  it('say in a login what they said then', async () => {
    const { login } = await upgraded();
    const database = await freshDatabase();
    await loadRows(database, kept);
    const before = atWork(keptServer(), database, kept.now + 1_000);
    const withoutToken = ({ token, tokenExpiresAt, ...reply }: Readonly<Record<string, unknown>>) => reply;

    for (const user of Object.keys(kept.tokens)) {
      const [one, other] = [await login(`${user}-new`, user), await before.login(`${user}-new`, user)];

      expect(withoutToken(one)).toMatchObject(withoutToken(other));
    }
  });

  it('keep a connection of then logged in', async () => {
    const { send, expectWhole } = await upgraded();

    expect(await send('ann-2', { action: 'ping' })).toMatchObject({ ok: true });
    expect(await send('ann-1', { action: 'devices' })).toMatchObject({ ok: true, devices: [{}, {}] });
    expect(await send('frieda-1', { action: 'ping' })).toMatchObject({ code: 'not_logged_in' });
    await expectWhole();
  });

  it('take every action', async () => {
    const { send, expectWhole } = await upgraded();
    const done = new Set<Action>();
    const ask = async (
      connection: string,
      command: { readonly action: Action } & Readonly<Record<string, unknown>>,
    ) => {
      const reply = await send(connection, command);
      expect([command, reply]).toEqual([command, expect.objectContaining({ ok: true })]);
      done.add(command.action);
      return reply;
    };
    const [direct, group] = ['dm:ann:bob', 'group:choir'];

    expect(await ask('ann-1', { action: 'history', conversation: direct })).toMatchObject({
      messages: Array.from({ length: 8 }, (_, index) => ({ seq: index + 1 })),
      peer: { received: 7 },
    });
    expect(await ask('ann-1', { action: 'sync' })).toMatchObject({ more: false });
    expect(await ask('ann-1', { action: 'chat', to: 'bob', text: 'to Bob, 4', id: 'a4', after: 6 })).toMatchObject({
      seq: 7,
    });
    expect(await ask('ann-1', { action: 'chat', to: 'bob', text: 'and on' })).toMatchObject({ seq: 9 });
    await ask('ann-1', { action: 'ack', conversation: direct, received: 9, read: 9 });
    await ask('ann-1', { action: 'typing', to: 'bob' });
    expect(await ask('ann-1', { action: 'history', conversation: group })).toMatchObject({ more: false });
    await ask('ann-1', { action: 'chat', group: 'choir', text: 'la la' });
    await ask('ann-1', { action: 'chat', group: 'crowd', text: 'you are many' });
    expect(await ask('ann-1', { action: 'members', group: 'crowd' })).toMatchObject({ size: 6 });
    expect(await ask('ann-1', { action: 'presence', users: ['bob', 'dora', 'eve'] })).toMatchObject({
      presence: [
        { user: 'bob', state: 'offline' },
        { user: 'dora', state: 'online' },
      ],
    });
    expect(await ask('dora-1', { action: 'presence', users: ['ann'] })).toMatchObject({
      presence: [{ user: 'ann', state: 'offline' }],
    });
    for (const user of ['dora', 'eve', '张三']) await ask('ann-1', { action: 'block', user, unblock: true });
    expect(await ask('dora-1', { action: 'presence', users: ['ann'] })).toMatchObject({
      presence: [{ state: 'online' }],
    });
    expect(await ask('ann-1', { action: 'addFriend', user: '张三' })).toMatchObject({ state: 'friends' });
    await ask('ann-1', { action: 'removeFriend', user: 'never' });
    await ask('carl-1', { action: 'joinGroup', group: 'empty' });
    await ask('carl-1', { action: 'leaveGroup', group: 'crowd' });
    await ask('carl-1', { action: 'createGroup', name: 'New' });
    await ask('carl-1', { action: 'devices', revoke: 'carl-2' });
    await ask('ann-2', { action: 'ping' });
    await ask('ann-1', { action: 'passwd', password: kept.password, newPassword: 'a better battery' });
    await ask('stranger', { action: 'reg', user: 'newcomer', password: kept.password });
    await ask('stranger', { action: 'login', user: 'newcomer', password: kept.password });
    await ask('stranger', { action: 'logout' });

    expect([...done].sort()).toEqual(
      Object.keys(thisRelease.routes)
        .filter((key) => !key.startsWith('$'))
        .sort(),
    );
    await expectWhole();
  });

  it('and what was under way is done: the stream, the queue, the sweep, a late $disconnect', async () => {
    const { ports, login, pushed, time, disconnect, database, expectWhole } = await upgraded();
    await login('ann-new', 'ann');
    const { server } = atWork(thisRelease, database);
    const told = () => pushed.filter(({ to }) => to === 'ann-new').map(({ event }) => event);

    const records = server.readProfileRecords(kept.records as never, ports.report);
    await server.tasks.announce.operation(
      ports as never,
      records.map(({ change }) => change),
    );
    expect(told()).toMatchObject([{ type: 'presence', user: 'bob', state: 'offline' }]);

    for (const body of kept.jobs) await server.tasks['fan-out'].operation(ports as never, toJob(body) as FanOutJob);
    expect(told().slice(1)).toMatchObject(
      kept.jobs.map((body) => ({ type: 'message', ...{ seq: JSON.parse(body).seq } })),
    );

    await disconnect('dora-1');
    time.now += 3_600_000;
    await server.sweep(ports as never, { until: Number.POSITIVE_INFINITY });
    // She has left, and one of his two devices broke its promise to speak.
    expect((await profileOf(database, 'dora'))?.state).toEqual({ S: 'offline' });
    expect((await profileOf(database, 'carl'))?.connections).toEqual({ SS: ['carl-1'] });
    await expectWhole();
  });
});

describeOn(dynoxide, 'this release beside the last one', () => {
  it('does half of everything, and nobody notices', async () => {
    const tally = new Map<string, number>();
    for (const seed of [1, 2]) {
      const database = await freshDatabase();
      const old = keptServer();
      const beside = ({ ports }: Stage) => sideOf(old as Server, { ...ports, ...storesOf(old, database) });
      const plan = { ...planOf(seed, 250), goodness: 1, faultRate: 0, addresses: 1_000 };

      const violation = await violationOf(plan, databaseEngine(database), { beside, tally });

      if (violation) throw new Error(describeFailure(seed, violation, undefined));
    }

    const done = [...tally].filter(([key]) => key.endsWith(' ok')).reduce((sum, [, count]) => sum + count, 0);
    expect(done).toBeGreaterThan(150);
  }, 180_000);

  it('can be taken back: the last one goes on with what this one has written', async () => {
    const database = await freshDatabase();
    const { now, tokens } = await tell(thisRelease, database);
    const before = atWork(keptServer(), database, now + 1_000);

    for (const [user, token] of Object.entries(tokens)) {
      expect(await before.login(`${user}-back`, user)).toMatchObject({ ok: true, user });
      expect(await before.send(await before.connect(`${user}-token`), { action: 'login', token })).toMatchObject({
        user,
      });
    }
    expect(await before.send('ann-back', { action: 'chat', to: 'bob', text: 'as ever' })).toMatchObject({ seq: 9 });
    expect(await before.send('ann-back', { action: 'chat', group: 'crowd', text: 'as ever' })).toMatchObject({
      ok: true,
    });
    await before.server.sweep(before.ports as never, { until: Number.POSITIVE_INFINITY });

    expect(before.reported).toEqual([]);
    await expectPresenceInvariants(database);
    await expectLogInvariants(database);
    expect(faultsOf(await scanAll(database))).toEqual([]);
  }, 60_000);
});

/** The stores of a release, on a database; nothing else of its ports. */
function storesOf(server: typeof thisRelease, database: Awaited<ReturnType<typeof freshDatabase>>) {
  const { clock, chance, report, settings, ...stores } = server.storesOn(database);
  return stores;
}
