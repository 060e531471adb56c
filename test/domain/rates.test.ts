import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from '@jest/globals';
import { answerUnroutable } from '../../src/domain/frames/answer-frame';
import { DEFAULT_RATES } from '../../src/domain/frames/rates';
import type { ConnectionId } from '../../src/protocol/ids';
import {
  COMMANDS_BURST,
  COMMANDS_PER_SECOND,
  COMMANDS_PREPAID,
  REFUSALS_MAX,
  USER_COMMANDS_BURST,
  USER_COMMANDS_PER_SECOND,
} from '../../src/protocol/limits';
import { describeOn, dynoxide } from '../tooling/engines';
import { recordCalls } from '../tooling/record-calls';
import { expectPresenceInvariants, profileOf } from '../tooling/rows';
import { worldOn } from '../tooling/world';

const LOGINS_BURST = USER_COMMANDS_BURST / COMMANDS_PREPAID;
/** A user who may ask for a hundred commands at once and one a second, and connections for more than that. */
const POOR_USER = { ...DEFAULT_RATES, user: { costMs: 1_000, debtMaxMs: 100_000 } };

const codeOf = ({ code }: Readonly<Record<string, unknown>>) => (code === undefined ? undefined : String(code));

// The clock stands still, unless a test moves it: whatever is sent is sent at once.
describeOn(dynoxide, 'rates', (database) => {
  const aUser = async (settings = {}) => {
    const world = worldOn(database(), settings);
    const ann = await world.register('ann');
    const connectionId = await world.join(ann);
    const ping = (more = {}, device: ConnectionId = connectionId) => world.send(device, { action: 'ping', ...more });
    const unroutable = async (frame: string) => {
      const { reply } = await answerUnroutable(world.ports, { connectionId, sourceIp: '::1', frame });
      return reply && codeOf(JSON.parse(reply));
    };
    /** The codes, in order, and how often each came. */
    const pings = async (times: number, device = connectionId) => {
      const codes: string[] = [];
      for (let time = 0; time < times; time++) codes.push(codeOf(await ping({}, device)) ?? 'ok');
      return codes;
    };
    return { ...world, ann, connectionId, ping, pings, unroutable };
  };
  const runs = (codes: readonly string[]) => codes.filter((code, index) => code !== codes[index - 1]);

  it('let a connection send its burst at once, and not one more', async () => {
    const { pings, ping } = await aUser();

    const codes = await pings(COMMANDS_BURST);
    const more = await ping();

    expect(runs(codes)).toEqual(['ok']);
    expect(more).toMatchObject({ code: 'too_fast', retryAfter: 1 });
  });

  it('let it go on at its rate for ever, each command with one request, and one write more for each 50', async () => {
    const { pings, world, ports } = await aUser();
    const calls = recordCalls(ports);

    for (let second = 0; second < 8; second++) {
      for (let command = 0; command < COMMANDS_PER_SECOND; command++) {
        world.now += 1_000 / COMMANDS_PER_SECOND;
        expect(await pings(1)).toEqual(['ok']);
      }
    }

    const charges = calls.filter((call) => call === 'accounts.charge').length;
    expect(charges).toBe((8 * COMMANDS_PER_SECOND) / COMMANDS_PREPAID - 1);
    // Of a command that finds nothing prepaid: a touch that fails, the charge, and a touch that brings what it has paid for.
    expect(calls.length).toBe(8 * COMMANDS_PER_SECOND + 2 * charges);
  });

  it('do as they say: what is sent after "retryAfter" is let in', async () => {
    const { pings, ping, world } = await aUser();
    await pings(COMMANDS_BURST);
    const { retryAfter } = await ping();

    world.now += 1_000 * Number(retryAfter);

    // A refusal costs a millisecond, too: of the last of these commands, it is missing.
    expect(runs(await pings(COMMANDS_PER_SECOND - 1))).toEqual(['ok']);
    expect(await pings(1)).toEqual(['too_fast']);
  });

  it('cost two requests for a command that comes too early, let in or refused', async () => {
    const { ping, pings, ports } = await aUser();
    await ping();
    const calls = recordCalls(ports);

    await ping();
    const early = calls.splice(0);
    await pings(COMMANDS_BURST - 2);
    calls.splice(0);
    await ping();

    expect(early).toEqual(['connections.touch', 'connections.touch']);
    expect(calls).toEqual(['connections.touch', 'connections.touch']);
  });

  it('close a connection that goes on, with a last word; its user is offline, and nobody else', async () => {
    const { pings, connectionId, isOpen, eventsOf, disconnected, ann, join, register } = await aUser();
    const bob = await register('bob');
    const other = await join(bob);
    await pings(COMMANDS_BURST);

    const refused = await pings(REFUSALS_MAX - 1);
    const wasOpen = isOpen(connectionId);
    await pings(1);

    expect(runs(refused)).toEqual(['too_fast']);
    expect([wasOpen, isOpen(connectionId)]).toEqual([true, false]);
    expect(eventsOf(connectionId).at(-1)).toMatchObject({ type: 'error', code: 'too_fast', retryAfter: 1, ref: 'r' });
    await disconnected(connectionId);
    expect(await profileOf(database(), ann)).toMatchObject({ state: { S: 'offline' } });
    expect(await pings(COMMANDS_BURST, other)).toEqual(Array(COMMANDS_BURST).fill('ok'));
    expect(await profileOf(database(), bob)).toMatchObject({ state: { S: 'online' } });
    await expectPresenceInvariants(database());
  });

  it.each<[string, (world: Awaited<ReturnType<typeof aUser>>) => Promise<string | undefined>]>([
    ['a field that there is not', async ({ ping }) => codeOf(await ping({ nonsense: true }))],
    ['a login that is none', async ({ send, connectionId }) => codeOf(await send(connectionId, { action: 'login' }))],
    ['an action that there is not', ({ unroutable }) => unroutable('{"action":"dance"}')],
    ['no JSON', ({ unroutable }) => unroutable('dance')],
  ])('charge nonsense as well, and close a connection that goes on with it: %s', async (_, send) => {
    const user = await aUser();
    const codes: (string | undefined)[] = [];

    for (let time = 0; time < COMMANDS_BURST; time++) codes.push(await send(user));
    const over: (string | undefined)[] = [];
    for (let time = 1; time < REFUSALS_MAX; time++) over.push(await send(user));
    const wasOpen = user.isOpen(user.connectionId);
    await send(user);

    expect(new Set(codes).size).toBe(1);
    expect(codes[0]).toMatch(/^(bad_field|unknown_action|bad_frame)$/);
    expect(new Set(over)).toEqual(new Set(['too_fast']));
    expect([wasOpen, user.isOpen(user.connectionId)]).toEqual([true, false]);
  });

  it('say what is wrong with the nonsense of a stranger, who owes nothing', async () => {
    const { connect, send, isOpen, ports } = await aUser();
    const stranger = await connect();
    const calls = recordCalls(ports);

    const reply = await send(stranger, { action: 'ping', nonsense: true });

    expect(reply).toMatchObject({ code: 'bad_field' });
    expect(calls).toEqual(['connections.touch']);
    expect(isOpen(stranger)).toBe(true);
  });

  it('forget what was refused as soon as a connection has paused', async () => {
    const { pings, world, connectionId, isOpen } = await aUser();
    await pings(COMMANDS_BURST + REFUSALS_MAX - 1);

    world.now += DEFAULT_RATES.connection.debtMaxMs + REFUSALS_MAX;
    await pings(COMMANDS_BURST + REFUSALS_MAX - 1);

    expect(isOpen(connectionId)).toBe(true);
  });

  it('keep the lease of whoever is refused: they are there', async () => {
    const { pings, world, connectionId, isOpen, sweep, ann } = await aUser({
      rates: { ...DEFAULT_RATES, connection: { costMs: 1_000_000, debtMaxMs: 1_000_000 }, refusalsMax: 1_000 },
    });
    await pings(1);

    for (let minute = 0; minute < 5; minute++) {
      world.now += 60_000;
      expect(await pings(1)).toEqual(['too_fast']);
      await sweep();
    }

    expect(isOpen(connectionId)).toBe(true);
    expect(await profileOf(database(), ann)).toMatchObject({ state: { S: 'online' } });
  });

  it('move the lease with each touch, refused ones too, even by a clock that is behind: whoever doubts a connection sees it', async () => {
    const { ping, pings, world, connectionId, ports } = await aUser();
    const leases = [(await ports.connections.find(connectionId))?.leaseUntil ?? 0];
    const look = async () => leases.push((await ports.connections.find(connectionId))?.leaseUntil ?? 0);

    world.now -= 500;
    for (let time = 0; time < 3; time++) {
      await ping();
      await look();
    }
    await pings(COMMANDS_BURST);
    for (let time = 0; time < 3; time++) {
      expect(await pings(1)).toEqual(['too_fast']);
      await look();
    }

    expect(leases).toEqual([...new Set(leases)].sort((one, other) => one - other));
  });

  it('hold for all connections of a user together: another one brings no other account', async () => {
    const { pings, join, ann } = await aUser({ rates: POOR_USER });
    // Each login has paid for 50 commands; together that is the user's burst.
    const second = await join(ann);

    const first = await pings(COMMANDS_PREPAID + 1);
    const other = await pings(COMMANDS_PREPAID + 1, second);

    expect([first.slice(0, -1), other.slice(0, -1)].map(runs)).toEqual([['ok'], ['ok']]);
    expect([first.at(-1), other.at(-1)]).toEqual(['too_fast', 'too_fast']);
  });

  it('say when a user may go on, and let them', async () => {
    const { pings, ping, join, ann, world } = await aUser({ rates: POOR_USER });
    await join(ann);
    await pings(COMMANDS_PREPAID);

    const { retryAfter } = await ping();
    world.now += 1_000 * Number(retryAfter) - 1;
    const early = await pings(1);
    world.now += 1;

    expect(retryAfter).toBe(COMMANDS_PREPAID);
    expect(early).toEqual(['too_fast']);
    expect(await pings(1)).toEqual(['ok']);
  });

  it('let a user log in 40 times at once, and not once more, and no device yields to that one', async () => {
    const { connect, login, ann, ports, world } = await aUser({ devicesMax: LOGINS_BURST });
    for (let device = 1; device < LOGINS_BURST; device++) await login(await connect(), ann);
    const calls = recordCalls(ports);

    const refused = await login(await connect(), ann);
    const after = calls.splice(0);
    world.now += (1_000 * COMMANDS_PREPAID) / USER_COMMANDS_PER_SECOND;
    const later = await login(await connect(), ann);

    expect(refused).toMatchObject({ code: 'too_fast', retryAfter: 1 });
    expect(after.filter((call) => call.startsWith('presence'))).toEqual(['presence.bind']);
    expect(later).toMatchObject({ ok: true, devices: LOGINS_BURST });
  });

  it('take a row of a version that knew no rates as one that owes nothing, and for which nothing is prepaid', async () => {
    const { pings, connectionId, ann, ports } = await aUser();
    const { client, connectionsTable, chatTable } = database();
    const forget = (TableName: string, Key: Record<string, { S: string }>, names: string) =>
      client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: `REMOVE ${names}` }));
    await forget(connectionsTable, { connectionId: { S: connectionId } }, 'tat, prepaid, refusals');
    await forget(chatTable, { pk: { S: `USER#${ann}` }, sk: { S: 'PROFILE' } }, 'tat');
    const calls = recordCalls(ports);

    const codes = await pings(COMMANDS_BURST);

    expect(runs(codes)).toEqual(['ok']);
    expect(calls.slice(0, 3)).toEqual(['connections.touch', 'accounts.charge', 'connections.touch']);
  });
});
