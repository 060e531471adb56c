import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../client/connection/backoff';
import { Heartbeat } from '../../client/connection/heartbeat';
import type { Link } from '../../client/connection/link';
import { BACKOFF_MS_MAX, BACKOFF_MS_MIN, PONG_MS_MAX, ROLLOVER_SECONDS } from '../../client/limits';
import { PASSWORD, told, world } from './devices';

async function worldWithAnn(options: Parameters<typeof world>[0] = {}) {
  const made = world(options);
  await made.account('ann');
  await made.account('bob');
  return made;
}

const MINUTE = 60_000;

describe('connecting', () => {
  it('goes from connecting to connected, once logged in', async () => {
    const { device, time } = await worldWithAnn();
    const chat = device('ann', { login: { user: 'ann', password: PASSWORD } });
    const states = told(chat, 'state');

    await time.pass(200);

    expect(states.map(({ state }) => state)).toEqual(['connecting', 'connected']);
    expect(chat).toMatchObject({ state: 'connected', user: 'ann', reason: undefined });
    expect(chat.me).toMatchObject({ user: 'ann', friends: [] });
  });

  it('does not connect while nobody is to be logged in', async () => {
    const { device, time, hosted } = await worldWithAnn();
    const chat = device('ann');

    await time.pass(10 * MINUTE);

    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'logged_out' }, nextAttemptAt: undefined });
    expect(hosted.commands).toEqual([]);
  });

  it('tries again with growing pauses while nothing can be reached, and says when', async () => {
    const { device, time, hosted } = await worldWithAnn();
    hosted.wire.refusesWith = 1006;
    const chat = device('ann', { login: { user: 'ann', password: PASSWORD } });
    const states = told(chat, 'state');

    await time.pass(5 * MINUTE);

    const pauses = states.flatMap((state) => ('nextAttemptAt' in state ? [state] : []));
    expect(pauses.length).toBeGreaterThan(8);
    expect(pauses.every(({ reason }) => reason.code === 'unreachable')).toBe(true);
    hosted.wire.refusesWith = undefined;
    await time.pass(MINUTE);
    expect(chat.state).toBe('connected');
  });

  it('gives up on a socket that never opens, and on a login that is never answered', async () => {
    const { online, hosted, time } = await worldWithAnn();
    hosted.wire.fate = ({ action }) => (action === 'login' && hosted.commands.length < 2 ? 'lost' : undefined);
    const chat = await online('ann');

    await time.pass(29_000);
    expect(chat.state).toBe('connecting');
    await time.pass(3_000);

    expect(chat.state).toBe('connected');
    expect(hosted.commands.filter(({ action }) => action === 'login')).toHaveLength(2);
  });

  it('asks for the login again when the server is busy', async () => {
    const { online, hosted, time } = await worldWithAnn();
    hosted.wire.fate = () => (hosted.commands.length < 3 ? { type: 'error', code: 'busy' } : undefined);
    const chat = await online('ann');
    const states = told(chat, 'state');

    await time.pass(10_000);

    expect(chat.state).toBe('connected');
    expect(states[0]).toMatchObject({ state: 'connecting', reason: { code: 'busy', refusal: 'busy' } });
  });

  it('takes a refused login for final', async () => {
    const { device, hosted, time } = await worldWithAnn();
    const chat = device('ann');
    const login = chat.login({ user: 'ann', password: 'something else' });
    const refused = expect(login).rejects.toMatchObject({ code: 'wrong_credentials' });

    await time.pass(10 * MINUTE);

    await refused;
    expect(chat).toMatchObject({
      state: 'disconnected',
      reason: { code: 'login_refused', refusal: 'wrong_credentials' },
    });
    expect(chat.user).toBeUndefined();
    expect(hosted.commands).toHaveLength(1);
  });

  it('waits between two attempts at random, within bounds', () => {
    const waits = (random: number) => [1, 2, 3, 7, 100, 2_000].map((failures) => backoffMs(failures, () => random));

    expect(waits(0)).toEqual(Array(6).fill(BACKOFF_MS_MIN));
    expect(waits(0.5)).toEqual([500, 1_000, 2_000, 30_000, 30_000, 30_000]);
    expect(Math.max(...waits(0.999999))).toBeLessThan(BACKOFF_MS_MAX);
  });
});

describe('a connection that closes', () => {
  const closes = async (
    code: number,
    prepare: (made: Awaited<ReturnType<typeof worldWithAnn>>) => Promise<unknown> = async () => 0,
  ) => {
    const made = await worldWithAnn();
    const chat = await made.online('ann');
    await made.time.pass(MINUTE);
    await prepare(made);
    const states = told(chat, 'state');
    made.hosted.socketOf('ann').closeByServer(code);
    await made.time.pass(50);
    return { ...made, chat, states };
  };

  it.each([
    [1001, 'going_away'],
    [1006, 'closed'],
    [1009, 'too_big'],
    [1011, 'closed'],
    [4000, 'closed'],
  ])('with %i is %s, and opened again', async (closeCode, code) => {
    const { chat, states, time } = await closes(closeCode);
    expect(states).toMatchObject([{ state: 'disconnected', reason: { code, closeCode } }]);

    await time.pass(2_000);

    expect(chat.state).toBe('connected');
  });

  it('with 44xx is not opened again before the next login', async () => {
    const { chat, time } = await closes(4401);
    await time.pass(10 * MINUTE);
    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'rejected', closeCode: 4401 }, user: 'ann' });

    const again = chat.login({ user: 'ann', password: PASSWORD });
    await time.pass(1_000);

    await expect(again).resolves.toMatchObject({ user: 'ann' });
  });

  it('with 1000, well known to the server, was signed out by another device: the token is forgotten', async () => {
    const { chat, time } = await closes(1000);
    await time.pass(10 * MINUTE);

    expect(chat).toMatchObject({
      state: 'disconnected',
      reason: { code: 'ended_by_server' },
      user: undefined,
      me: undefined,
    });
  });

  it('with 1000 while a command was not answered is opened again: the server may have believed it gone', async () => {
    const { chat, time } = await closes(1000, async ({ hosted, time }) => {
      hosted.wire.fate = ({ action }) => (action === 'ping' ? 'lost' : undefined);
      await time.pass(40_000);
    });
    await time.pass(5_000);

    expect(chat.state).toBe('connected');
  });

  it('starts anew with short pauses after it was good, and with longer ones while each fails at once', async () => {
    const { chat, hosted, time } = await closes(1006);
    hosted.wire.refusesWith = 1006;
    await time.pass(5 * MINUTE);
    const before = chat.nextAttemptAt;
    expect(before).toBeGreaterThan(time.now - 60_000);
    hosted.wire.refusesWith = undefined;
    await time.pass(2 * MINUTE);
    expect(chat.state).toBe('connected');

    hosted.socketOf('ann').closeByServer(1006);
    await time.pass(20);

    expect((chat.nextAttemptAt ?? 0) - time.now).toBeLessThanOrEqual(500);
  });

  it('logs in with the token, never again with the password', async () => {
    const { hosted, time } = await closes(1006);
    await time.pass(2_000);

    const [first, second] = hosted.commands.filter(({ action }) => action === 'login');
    expect(first).toMatchObject({ user: 'ann', password: PASSWORD });
    expect(second).toHaveProperty('token');
    expect(second).not.toHaveProperty('password');
  });

  it('is opened again at once when the server says that it does not know it', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann');
    const states = told(chat, 'state');
    await time.pass(20_000);
    const { id } = hosted.socketOf('ann');
    await hosted.act(id, { action: 'logout' });

    await time.pass(MINUTE);

    expect(states[0]).toMatchObject({ state: 'disconnected', reason: { code: 'forgotten' } });
    expect(chat.state).toBe('connected');
  });
});

describe('heartbeats', () => {
  it('keep an idle client online, sweep after sweep', async () => {
    const { online, hosted, time } = await worldWithAnn();
    await online('ann');

    for (let minute = 0; minute < 60; minute += 1) {
      await time.pass(MINUTE);
      await hosted.sweep();
    }

    expect(hosted.flips).toEqual([{ user: 'ann', state: 'online' }]);
  });

  it('keep it online where timers are let run once a minute only', async () => {
    const made = await worldWithAnn();
    const { hosted, time, environment } = made;
    const throttled = {
      ...environment,
      timer: (ms: number, run: () => void) => {
        const due = time.now + ms;
        return time.after(Math.ceil(due / MINUTE) * MINUTE - time.now, run);
      },
    };
    const chat = made.device('ann', { login: { user: 'ann', password: PASSWORD }, environment: throttled });

    for (let tick = 0; tick < 60 * 12; tick += 1) {
      await time.pass(5_000);
      await hosted.sweep();
    }

    expect(chat.state).toBe('connected');
    expect(hosted.flips).toEqual([{ user: 'ann', state: 'online' }]);
  });

  it('are pings only where nothing else was said and heard', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann');

    for (let turn = 0; turn < 30; turn += 1) {
      await time.pass(20_000);
      void chat.presence(['bob']);
    }

    expect(hosted.commands.filter(({ action }) => action === 'ping')).toEqual([]);
  });

  it('find out that nobody is at the other end', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann');
    const states = told(chat, 'state');
    hosted.socketOf('ann').isFrozen = true;

    await time.pass(45_000 + PONG_MS_MAX + 100);
    expect(states[0]).toMatchObject({ state: 'disconnected', reason: { code: 'no_reply' } });
    await time.pass(2_000);

    expect(chat.state).toBe('connected');
  });

  it('find out sooner for somebody who comes back to the page', async () => {
    const { online, hosted, time, wake } = await worldWithAnn();
    const chat = await online('ann');
    hosted.socketOf('ann').isFrozen = true;
    const states = told(chat, 'state');

    wake();
    await time.pass(5_100);

    expect(states[0]).toMatchObject({ reason: { code: 'no_reply' } });
  });

  it('do not take the server for dead because the machine has slept: its reply may still wait to be read', async () => {
    const { environment, time } = world();
    const link = {
      lastSentAt: time.now,
      lastHeardAt: time.now,
      heardCount: 0,
      send: () => {
        link.lastSentAt = time.now;
        return true;
      },
    };
    const died: number[] = [];
    const heartbeat = new Heartbeat({
      environment,
      link: link as unknown as Link,
      heartbeatSeconds: 60,
      died: () => died.push(time.now),
    });
    heartbeat.probe();

    time.sleep(3 * 60 * MINUTE);
    await time.pass(1);
    expect(died).toEqual([]);
    link.heardCount += 1;
    link.lastHeardAt = link.lastSentAt = time.now;
    await time.pass(30_000);
    expect(died).toEqual([]);

    heartbeat.probe();
    time.sleep(3 * 60 * MINUTE);
    await time.pass(PONG_MS_MAX);
    expect(died).toHaveLength(1);
    heartbeat.stop();
  });

  it('find out that a socket which closes never ends, too', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann');
    const states = told(chat, 'state');
    hosted.socketOf('ann').readyState = 2;

    await time.pass(45_000 + PONG_MS_MAX + 100);
    expect(states[0]).toMatchObject({ reason: { code: 'no_reply' } });
    await time.pass(5_000);

    expect(chat.state).toBe('connected');
  });

  it('cut the pause short when the network is back', async () => {
    const { online, hosted, time, wake } = await worldWithAnn();
    const chat = await online('ann');
    hosted.wire.refusesWith = 1006;
    hosted.socketOf('ann').closeByServer(1006);
    await time.pass(10 * MINUTE);
    hosted.wire.refusesWith = undefined;
    expect((chat.nextAttemptAt ?? 0) - time.now).toBeGreaterThan(1_000);

    wake();
    await time.pass(100);

    expect(chat.state).toBe('connected');
  });
});

describe('a rollover', () => {
  const ROLLOVER_MS = ROLLOVER_SECONDS * 1_000;

  it('replaces the connection before two hours, and nobody sees it', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann');
    const states = told(chat, 'state');
    const first = hosted.socketOf('ann').id;

    await time.pass(ROLLOVER_MS);

    expect(hosted.socketsOpen('ann').map(({ id }) => id)).not.toContain(first);
    expect(hosted.socketsOpen('ann')).toHaveLength(1);
    expect(states).toEqual([]);
    expect(hosted.flips).toEqual([{ user: 'ann', state: 'online' }]);
  });

  it('is tried again beside a connection that is still good, and the close finds a new one then', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann');
    const states = told(chat, 'state');
    await time.pass(ROLLOVER_MS * 0.85);
    hosted.wire.refusesWith = 1006;
    await time.pass(ROLLOVER_MS * 0.15);
    expect(states).toEqual([]);
    hosted.wire.refusesWith = undefined;

    await time.pass(2 * MINUTE);

    expect(hosted.socketsOpen('ann')).toHaveLength(1);
    expect(states).toEqual([]);
  });

  it('loses and doubles nothing, whenever what is sent', async () => {
    const { online, hosted, time, person } = await worldWithAnn();
    const chat = await online('ann', { rolloverAfter: 60 });
    const bob = await person('bob');
    const shown = told(chat, 'message');
    hosted.wire.latency = () => 400;

    const texts: string[] = [];
    for (let turn = 0; turn < 200; turn += 1) {
      texts.push(`ann ${turn}`);
      chat.send({ to: 'bob' }, `ann ${turn}`);
      await bob({ action: 'chat', to: 'ann', text: `bob ${turn}` });
      await time.pass(997);
    }
    await time.pass(5 * MINUTE);

    const log = hosted.logOf('dm:ann:bob');
    expect(shown.map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq));
    expect(log.filter(({ from }) => from === 'ann').map(({ text }) => text)).toEqual(texts);
    expect(hosted.commands.filter(({ action }) => action === 'login').length).toBeGreaterThan(3);
    expect(hosted.flips.filter(({ user }) => user === 'ann')).toHaveLength(1);
  });

  it('lets the old connection answer what it was asked', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann', { rolloverAfter: 60 });
    hosted.wire.latency = () => 500;
    await time.pass(58_300);
    const devices = chat.devices();
    await time.pass(300);
    hosted.wire.latency = () => 2_000;
    await time.pass(2_500);
    expect(hosted.commands.filter(({ action }) => action === 'login')).toHaveLength(2);

    await time.pass(2_000);

    expect(await devices).not.toHaveLength(0);
    expect(hosted.commands.filter(({ action }) => action === 'devices')).toHaveLength(1);
    await time.pass(5_000);
    expect(hosted.socketsOpen('ann')).toHaveLength(1);
  });

  it('goes on with the new connection when the old one breaks meanwhile', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann', { rolloverAfter: 60 });
    hosted.wire.latency = () => 1_000;
    await time.pass(58_000);
    expect(hosted.socketsOpen('ann')).toHaveLength(2);

    hosted.socketsOpen('ann')[0]?.closeByServer(1001);
    await time.pass(10_000);

    expect(chat.state).toBe('connected');
    expect(hosted.socketsOpen('ann')).toHaveLength(1);
  });
});

describe('ending', () => {
  it('closes the socket, and rejects what waits', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const chat = await online('ann');
    hosted.wire.fate = () => 'lost';
    const asked = expect(chat.presence(['bob'])).rejects.toMatchObject({ code: 'ended' });
    const sent = expect(chat.send({ to: 'bob' }, 'hello').stored).rejects.toMatchObject({ code: 'ended' });
    await time.pass(100);

    const closed = chat.close();
    await time.pass(100);

    await Promise.all([closed, asked, sent]);
    expect(chat).toMatchObject({ state: 'disconnected', reason: { code: 'ended' } });
    expect(hosted.socketsOpen('ann')).toEqual([]);
    expect(() => chat.send({ to: 'bob' }, 'hello')).toThrow('ended');
    await expect(chat.login({ user: 'ann', password: PASSWORD })).rejects.toMatchObject({ code: 'ended' });
    await expect(chat.members('g')).rejects.toMatchObject({ code: 'ended' });
  });

  it('comes by the signal, too', async () => {
    const { online, hosted, time } = await worldWithAnn();
    const ending = new AbortController();
    const chat = await online('ann', { signal: ending.signal });

    ending.abort();
    await time.pass(100);

    expect(chat.reason).toEqual({ code: 'ended' });
    expect(hosted.socketsOpen('ann')).toEqual([]);
  });
});
