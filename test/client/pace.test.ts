import { describe, expect, it } from '@jest/globals';
import { ATTEMPTS_MAX, PACE_BURST, PACE_PER_SECOND } from '../../client/limits';
import { COMMANDS_BURST, COMMANDS_PER_SECOND } from '../../src/protocol/limits';
import { told, world } from './devices';

const TOO_FAST = { type: 'error', code: 'too_fast', message: 'Wait.', retryAfter: 3 } as const;
const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);

async function worldWithAnn() {
  const made = world();
  for (const user of ['ann', 'bob']) await made.account(user);
  const chat = await made.online('ann');
  const errors = told(chat, 'error');
  /** When commands of one kind arrived, in milliseconds from now on. */
  const begin = made.time.now;
  const arrivals: number[] = [];
  made.hosted.wire.fate = ({ action }) => {
    if (action === 'presence' || action === 'chat') arrivals.push(made.time.now - begin);
    return undefined;
  };
  return { ...made, chat, errors, arrivals };
}

describe('the pace of commands', () => {
  it('is below what the server takes, at once and for ever', () => {
    expect(PACE_BURST).toBeLessThan(COMMANDS_BURST);
    expect(PACE_PER_SECOND).toBeLessThan(COMMANDS_PER_SECOND);
  });

  it('lets a burst go at once, and the rest after it, in order, each as long apart as it should', async () => {
    const { chat, time, arrivals } = await worldWithAnn();

    for (const _ of numbered(PACE_BURST + 20)) chat.presence(['ann']).catch(() => undefined);
    await time.pass(2_000);

    // The login went before, some of whose cost is paid off by now.
    const first = Math.min(...arrivals);
    const burst = arrivals.filter((at) => at === first).length;
    expect(burst).toBe(PACE_BURST);
    const apart = arrivals.slice(burst).map((at, index) => at - Number(arrivals[burst + index - 1]));
    expect(apart).toEqual(numbered(20).map(() => 1_000 / PACE_PER_SECOND));
  });

  it('brings hundreds of commands through that are asked for at once: the server refuses none, and answers each once', async () => {
    const { chat, time, arrivals, errors, hosted } = await worldWithAnn();

    const answers = numbered(900).map(() => chat.presence(['ann']));
    await time.pass(60_000);

    await expect(Promise.all(answers)).resolves.toHaveLength(900);
    expect(arrivals).toHaveLength(900);
    expect(errors).toEqual([]);
    expect(hosted.socketsOpen('ann')).toHaveLength(1);
  });

  it('empties an outbox of 150 conversations, each message once', async () => {
    const { chat, time, hosted, account, errors } = await worldWithAnn();
    const users = numbered(150).map((index) => `user${index}`);
    for (const user of users) await account(user);
    hosted.wire.refusesWith = 1006;
    hosted.socketOf('ann').closeByServer(1001);
    await time.pass(10);

    const sent = users.map((user) => chat.send({ to: user }, 'hello').stored);
    hosted.wire.refusesWith = undefined;
    await time.pass(60_000);

    await expect(Promise.all(sent)).resolves.toHaveLength(150);
    for (const user of users) expect(hosted.logOf(chat.conversationOf({ to: user }))).toHaveLength(1);
    expect(errors).toEqual([]);
  });
});

describe('a command that came too fast', () => {
  it('is sent again when the server has said, and answered then', async () => {
    const { chat, time, hosted } = await worldWithAnn();
    const at: number[] = [];
    hosted.wire.fate = ({ action }) => {
      if (action !== 'presence') return undefined;
      at.push(time.now);
      return at.length <= 2 ? TOO_FAST : undefined;
    };

    const answer = chat.presence(['ann']);
    await time.pass(20_000);

    await expect(answer).resolves.toHaveLength(1);
    expect(at).toHaveLength(3);
    for (const gap of [1, 2]) expect(Number(at[gap]) - Number(at[gap - 1])).toBeGreaterThanOrEqual(3_000);
  });

  it('is given up in the end, and says after how long it may succeed', async () => {
    const { chat, time, hosted } = await worldWithAnn();
    let tries = 0;
    hosted.wire.fate = ({ action }) => {
      if (action !== 'presence') return undefined;
      tries += 1;
      return TOO_FAST;
    };

    const refused = expect(chat.presence(['ann'])).rejects.toMatchObject({ code: 'too_fast', retryAfter: 3 });
    await time.pass(60_000);
    await refused;

    expect(tries).toBe(ATTEMPTS_MAX);
  });

  it('is not lost if it is a message, however often it is refused', async () => {
    const { chat, time, hosted } = await worldWithAnn();
    let refusals = 10;
    hosted.wire.fate = ({ action }) => (action === 'chat' && refusals-- > 0 ? TOO_FAST : undefined);

    const { stored } = chat.send({ to: 'bob' }, 'hello');
    await time.pass(9 * 3_000);
    const early = hosted.logOf(chat.conversationOf({ to: 'bob' })).length;
    await time.pass(30_000);

    await expect(stored).resolves.toMatchObject({ seq: 1 });
    expect(early).toBe(0);
    expect(hosted.logOf(chat.conversationOf({ to: 'bob' }))).toHaveLength(1);
  });

  it('is tried again if it is a login, not before the server has said, and the proof is kept', async () => {
    const { time, hosted, device } = await worldWithAnn();
    const at: number[] = [];
    hosted.wire.fate = ({ action }) => {
      if (action !== 'login') return undefined;
      at.push(time.now);
      return at.length === 1 ? { ...TOO_FAST, retryAfter: 20 } : undefined;
    };

    const chat = device('bob', { login: { user: 'bob', password: 'correct horse' } });
    await time.pass(60_000);

    expect(chat.state).toBe('connected');
    expect(Number(at[1]) - Number(at[0])).toBeGreaterThanOrEqual(20_000);
  });

  it('and a close that follows it are no end of the session: it connects again', async () => {
    const { chat, time, hosted } = await worldWithAnn();
    const socket = hosted.socketOf('ann');
    socket.deliver(JSON.stringify(TOO_FAST));
    await time.pass(100);

    socket.closeByServer(1000);
    await time.pass(60_000);

    expect(chat).toMatchObject({ state: 'connected', user: 'ann' });
    expect(hosted.socketsOpen('ann')).toHaveLength(1);
  });
});
