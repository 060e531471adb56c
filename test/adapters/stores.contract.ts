import { expect, it } from '@jest/globals';
import type { ConnectionId, ConversationId, MessageId, UserId } from '../../src/protocol/ids';
import type { Message } from '../../src/protocol/messages';
import { describeOn, type Engine, expectPresenceInvariants, profileOf, rowsOf, storesOn } from './subjects';

let serial = 0;
const newName = (kind: string) => `${kind}${++serial}`;
const newConnectionId = () => newName('c') as ConnectionId;
const newUserId = () => newName('user') as UserId;
const newConversation = () => newName('dm') as ConversationId;

const LEASE = { leaseUntil: 5_000, leaseMs: 1_000 };

/** What every implementation of the stores' ports does, whichever engine is behind it. */
export function storesContract(engine: Engine): void {
  connectionsContract(engine);
  bindContract(engine);
  releaseContract(engine);
  accountsContract(engine);
  logContract(engine);
  inboxesContract(engine);
}

function connectionsContract(engine: Engine): void {
  describeOn(engine, `connections on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());

    it('finds nothing under an id that was never opened', async () => {
      expect(await ports().connections.find(newConnectionId())).toBeUndefined();
    });

    it('finds what was opened, unbound', async () => {
      const connectionId = newConnectionId();

      const outcome = await ports().connections.open({ connectionId, connectedAt: 1, leaseUntil: 2, sourceIp: '::1' });

      expect(outcome).toBe('opened');
      expect(await ports().connections.find(connectionId)).toEqual({ connectionId, connectedAt: 1, leaseUntil: 2 });
    });

    it('keeps a binding when the same connection is opened again', async () => {
      const { connectionId, userId } = await bound(ports());

      const outcome = await ports().connections.open({ connectionId, connectedAt: 9, leaseUntil: 9, sourceIp: '::1' });

      expect(outcome).toBe('exists');
      expect(await ports().connections.find(connectionId)).toMatchObject({ userId, connectedAt: 1 });
    });

    it('touches a bound connection: names its user and renews its lease by its own length', async () => {
      const { connectionId, userId } = await bound(ports());

      const touched = await ports().connections.touch(connectionId, 70_000);

      expect(touched).toEqual({ state: 'bound', userId });
      expect(await ports().connections.find(connectionId)).toMatchObject({ leaseUntil: 71_000 });
    });

    it('does not touch an unbound connection', async () => {
      const connectionId = await opened(ports());

      expect(await ports().connections.touch(connectionId, 70_000)).toEqual({ state: 'unbound' });
      expect(await ports().connections.find(connectionId)).toMatchObject({ leaseUntil: 2 });
    });

    it('does not bring a connection into being by touching it', async () => {
      const connectionId = newConnectionId();

      expect(await ports().connections.touch(connectionId, 70_000)).toEqual({ state: 'absent' });
      expect(await ports().connections.find(connectionId)).toBeUndefined();
    });

    it('forgets an unbound connection', async () => {
      const connectionId = await opened(ports());

      expect(await ports().connections.forgetUnbound(connectionId, undefined)).toBe('forgotten');
      expect(await ports().connections.find(connectionId)).toBeUndefined();
    });

    it('does not forget a connection that has been bound', async () => {
      const { connectionId, userId } = await bound(ports());

      expect(await ports().connections.forgetUnbound(connectionId, undefined)).toBe('changed');
      expect(await ports().connections.find(connectionId)).toMatchObject({ userId });
    });

    it('forgets an unbound connection only with the lease that was seen', async () => {
      const connectionId = await opened(ports());

      expect(await ports().connections.forgetUnbound(connectionId, 1)).toBe('changed');
      expect(await ports().connections.forgetUnbound(connectionId, 2)).toBe('forgotten');
    });

    it("lists a user's devices, the oldest first, and nobody else's", async () => {
      const userId = await registered(ports());
      const young = await opened(ports(), 30);
      const old = await opened(ports(), 10);
      await bound(ports());
      for (const connectionId of [young, old])
        await ports().presence.bind({ connectionId, userId, devicesMax: 2, ...LEASE });

      const devices = await ports().connections.listOf(userId);

      const from = { sourceIp: '::1', userAgent: 'test' };
      expect(devices).toEqual([
        { connectionId: old, connectedAt: 10, ...from },
        { connectionId: young, connectedAt: 30, ...from },
      ]);
    });
  });
}

function bindContract(engine: Engine): void {
  describeOn(engine, `bind on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());

    it('maps the connection and makes the user online', async () => {
      const { connectionId, userId } = await bound(ports());

      expect(await ports().connections.find(connectionId)).toMatchObject({ userId, leaseUntil: 5_000 });
      expect(await ports().presence.connectionsOf(userId)).toEqual([connectionId]);
      expect(await profileOf(database(), userId)).toMatchObject({ state: { S: 'online' }, version: { N: '1' } });
      await expectPresenceInvariants(database());
    });

    it('answers the same when it is repeated', async () => {
      const { connectionId, userId } = await bound(ports());

      const again = await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE });

      expect(again).toEqual({ state: 'bound' });
      expect(await ports().presence.connectionsOf(userId)).toEqual([connectionId]);
    });

    it('drops the promise of heartbeats that a repeated login no longer makes', async () => {
      const userId = await registered(ports());
      const connectionId = await opened(ports());
      await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE, heartbeatMs: 500 });
      const before = await rowOf(connectionId);

      await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE });

      expect(before).toMatchObject({ heartbeatMs: { N: '500' } });
      expect(await rowOf(connectionId)).not.toHaveProperty('heartbeatMs');
    });

    it('does not bind a connection that is not there, and leaves the user offline', async () => {
      const userId = await registered(ports());

      const outcome = await ports().presence.bind({ connectionId: newConnectionId(), userId, devicesMax: 1, ...LEASE });

      expect(outcome).toEqual({ state: 'absent' });
      expect(await profileOf(database(), userId)).toMatchObject({ state: { S: 'offline' }, version: { N: '0' } });
    });

    it("does not take another user's connection", async () => {
      const { connectionId } = await bound(ports());
      const userId = await registered(ports());

      expect(await ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE })).toEqual({
        state: 'taken',
      });
      await expectPresenceInvariants(database());
    });

    it('names the whole set when it is full', async () => {
      const { connectionId: first, userId } = await bound(ports());
      const second = await opened(ports());

      const outcome = await ports().presence.bind({ connectionId: second, userId, devicesMax: 1, ...LEASE });

      expect(outcome).toEqual({ state: 'full', connections: [first] });
      expect(await ports().connections.find(second)).not.toHaveProperty('userId', userId);
    });

    it('fails loudly for a user who does not exist', async () => {
      const connectionId = await opened(ports());
      const userId = newUserId();

      await expect(ports().presence.bind({ connectionId, userId, devicesMax: 1, ...LEASE })).rejects.toThrow(
        'no profile',
      );
      expect(await profileOf(database(), userId)).toBeUndefined();
    });

    it('has no connections for a user who does not exist, and an empty set for one who is offline', async () => {
      expect(await ports().presence.connectionsOf(newUserId())).toBeUndefined();
      expect(await ports().presence.connectionsOf(await registered(ports()))).toEqual([]);
    });

    async function rowOf(connectionId: ConnectionId) {
      const { connections } = await rowsOf(database());
      return connections.find((row) => row.connectionId?.S === connectionId);
    }
  });
}

function releaseContract(engine: Engine): void {
  describeOn(engine, `release on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    const plain = { leaseSeen: undefined, keepUnboundUntil: undefined, now: 8_000 };

    it('makes the user offline with their last device, at the time given', async () => {
      const device = await bound(ports());

      expect(await ports().presence.releaseLast({ ...device, ...plain })).toBe('released');
      expect(await ports().connections.find(device.connectionId)).toBeUndefined();
      const profile = await profileOf(database(), device.userId);
      expect(profile).toMatchObject({ state: { S: 'offline' }, lastSeen: { N: '8000' }, version: { N: '2' } });
      expect(profile).not.toHaveProperty('connections');
    });

    it('does not make a user offline who has another device', async () => {
      const [device] = await twoDevices();

      expect(await ports().presence.releaseLast({ ...device, ...plain })).toBe('others');
      expect(await profileOf(database(), device.userId)).toMatchObject({ state: { S: 'online' } });
      await expectPresenceInvariants(database());
    });

    it('leaves the user online while another device is bound', async () => {
      const [one, other] = await twoDevices();

      expect(await ports().presence.releaseOneOfSeveral({ ...one, ...plain })).toBe('released');
      expect(await ports().presence.connectionsOf(one.userId)).toEqual([other.connectionId]);
      await expectPresenceInvariants(database());
    });

    it('does not release the last device as if it were one of several', async () => {
      const device = await bound(ports());

      expect(await ports().presence.releaseOneOfSeveral({ ...device, ...plain })).toBe('last');
      await expectPresenceInvariants(database());
    });

    it('releases nothing that is bound to somebody else by now', async () => {
      const device = await bound(ports());
      const stranger = await registered(ports());

      expect(await ports().presence.releaseLast({ ...device, userId: stranger, ...plain })).toBe('changed');
      expect(await ports().presence.releaseOneOfSeveral({ ...device, userId: stranger, ...plain })).toBe('changed');
    });

    it('releases nothing twice', async () => {
      const device = await bound(ports());
      await ports().presence.releaseLast({ ...device, ...plain });

      expect(await ports().presence.releaseLast({ ...device, ...plain })).toBe('changed');
      expect(await profileOf(database(), device.userId)).toMatchObject({ version: { N: '2' } });
    });

    it('keeps a connection that has spoken since its lease was read', async () => {
      const device = await bound(ports());
      await ports().connections.touch(device.connectionId, 6_000);

      expect(await ports().presence.releaseLast({ ...device, ...plain, leaseSeen: 5_000 })).toBe('changed');
      expect(await ports().presence.releaseLast({ ...device, ...plain, leaseSeen: 7_000 })).toBe('released');
    });

    it('keeps the row, unbound, where the socket stays open', async () => {
      const device = await bound(ports());

      await ports().presence.releaseLast({ ...device, ...plain, keepUnboundUntil: 9_000 });

      const kept = await ports().connections.find(device.connectionId);
      expect(kept).toEqual({ connectionId: device.connectionId, connectedAt: 1, leaseUntil: 9_000 });
      await expectPresenceInvariants(database());
    });

    async function twoDevices() {
      const userId = await registered(ports());
      const devices = [await opened(ports()), await opened(ports())].map((connectionId) => ({ connectionId, userId }));
      for (const device of devices) await ports().presence.bind({ ...device, devicesMax: 2, ...LEASE });
      return devices as [Device, Device];
    }
  });
}

function accountsContract(engine: Engine): void {
  describeOn(engine, `accounts on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());

    it('gives a handle to one of those who want it', async () => {
      const userId = newUserId();
      const wishes = ['first', 'second', 'third'].map((passwordHash) =>
        ports().accounts.create({ userId, passwordHash, tokenKey: 'k', now: 1 }),
      );

      const outcomes = await Promise.all(wishes);

      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      const winner = ['first', 'second', 'third'][outcomes.indexOf('created')];
      expect(await ports().accounts.passwordHashOf(userId)).toBe(winner);
    });

    it('has no password hash for a user who does not exist', async () => {
      expect(await ports().accounts.passwordHashOf(newUserId())).toBeUndefined();
    });

    it('shows a new user as offline, without secrets in the snapshot', async () => {
      const userId = await registered(ports());

      const snapshot = await ports().accounts.snapshotOf(userId);

      expect(snapshot).toEqual({ devices: 0, createdAt: 1, friends: [], inbox: [], complete: true });
    });

    it('shows devices and conversations', async () => {
      const { userId } = await bound(ports());
      const message = aMessage({ sentAt: 77 });
      await ports().inboxes.arrive({ userId, message });

      const snapshot = await ports().accounts.snapshotOf(userId);

      const entry = { conversation: message.conversation, lastSeq: 1, ackSeq: 0, readSeq: 0, at: 77 };
      expect(snapshot).toMatchObject({ devices: 1, inbox: [entry] });
    });
  });
}

function logContract(engine: Engine): void {
  describeOn(engine, `log on ${engine.name}`, (database) => {
    const log = () => storesOn(database()).log;

    it('has no head while it is empty', async () => {
      expect(await log().head(newConversation())).toBeUndefined();
      expect(await log().from({ conversation: newConversation(), fromSeq: 0, limit: 5 })).toEqual([]);
    });

    it('keeps what was put first at a seq', async () => {
      const message = aMessage({});

      expect(await log().put(message)).toBe('stored');
      expect(await log().put({ ...message, text: 'late' })).toBe('taken');
      expect(await log().head(message.conversation)).toEqual(message);
    });

    it('orders seqs as numbers, and pages from one on', async () => {
      const { conversation } = aMessage({});
      for (const seq of [11, 2, 9, 10]) await log().put(aMessage({ conversation, seq }));

      const page = await log().from({ conversation, fromSeq: 9, limit: 2 });

      expect(page.map(({ seq }) => seq)).toEqual([9, 10]);
      expect((await log().head(conversation))?.seq).toBe(11);
    });

    it('gives back any text as it was', async () => {
      const message = aMessage({ text: '你好 👩‍👩‍👧 \u0000 \u202e "quoted"\n' });

      await log().put(message);

      expect(await log().head(message.conversation)).toEqual(message);
    });
  });
}

function inboxesContract(engine: Engine): void {
  describeOn(engine, `inboxes on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());
    const reader = async () => ({ userId: await registered(ports()), conversation: newConversation() });
    const entryOf = async (userId: UserId) => (await ports().accounts.snapshotOf(userId)).inbox[0];

    it('only ever moves forward', async () => {
      const { userId, conversation } = await reader();

      const outcomes = [];
      for (const seq of [2, 1, 2, 3])
        outcomes.push(await ports().inboxes.arrive({ userId, message: aMessage({ conversation, seq }) }));

      expect(outcomes).toEqual(['arrived', 'known', 'known', 'arrived']);
      expect(await entryOf(userId)).toMatchObject({ lastSeq: 3, ackSeq: 0, readSeq: 0 });
    });

    it('counts what one sent as read, but not as acked by all of one’s devices', async () => {
      const { userId, conversation } = await reader();

      await ports().inboxes.arrive({ userId, message: aMessage({ conversation, from: userId, seq: 4 }) });

      expect(await entryOf(userId)).toMatchObject({ lastSeq: 4, ackSeq: 0, readSeq: 4 });
    });

    it('moves a cursor forward, not back, not beyond the last message, and not where there is none', async () => {
      const { userId, conversation } = await reader();
      await ports().inboxes.arrive({ userId, message: aMessage({ conversation, seq: 3 }) });
      const advance = (seq: number) => ports().inboxes.advance({ userId, conversation, name: 'ackSeq', seq });

      const outcomes = [await advance(2), await advance(1), await advance(2), await advance(4), await advance(3)];

      expect(outcomes).toEqual(['advanced', 'already', 'already', 'beyond', 'advanced']);
      expect(await entryOf(userId)).toMatchObject({ ackSeq: 3, readSeq: 0 });
      const elsewhere = { userId, conversation: newConversation(), name: 'readSeq', seq: 0 } as const;
      expect(await ports().inboxes.advance(elsewhere)).toBe('absent');
    });
  });
}

interface Device {
  readonly connectionId: ConnectionId;
  readonly userId: UserId;
}

type Ports = ReturnType<typeof storesOn>;

async function registered({ accounts }: Ports): Promise<UserId> {
  const userId = newUserId();
  await accounts.create({ userId, passwordHash: 'h', tokenKey: 'k', now: 1 });
  return userId;
}

async function opened({ connections }: Ports, connectedAt = 1): Promise<ConnectionId> {
  const connectionId = newConnectionId();
  await connections.open({ connectionId, connectedAt, leaseUntil: 2, sourceIp: '::1', userAgent: 'test' });
  return connectionId;
}

async function bound(ports: Ports): Promise<Device> {
  const device = { connectionId: await opened(ports), userId: await registered(ports) };
  await ports.presence.bind({ ...device, devicesMax: 20, ...LEASE });
  return device;
}

function aMessage(fields: Partial<Message>): Message {
  const conversation = fields.conversation ?? newConversation();
  return {
    seq: 1,
    from: 'someone' as UserId,
    text: 'hi',
    sentAt: 5,
    id: newName('m') as MessageId,
    ...fields,
    conversation,
  };
}
