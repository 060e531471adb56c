import { expect, it } from '@jest/globals';
import type { ConversationId } from '../../src/protocol/ids';
import { atNext } from '../tooling/at-next';
import { describeOn, dynoxide } from '../tooling/engines';
import { expectLogInvariants } from '../tooling/rows';
import { worldOn } from '../tooling/world';

describeOn(dynoxide, 'a message races', (database) => {
  /** Ann and Bob are in the group, Eve is not. */
  const choir = async () => {
    const world = worldOn(database());
    const [ann, bob, eve] = [await world.register('ann'), await world.register('bob'), await world.register('eve')];
    const [a, b, e] = [await world.join(ann), await world.join(bob), await world.join(eve)];
    const group = world.named('choir');
    const conversation = `group:${group}` as ConversationId;
    await world.send(a, { action: 'createGroup', name: 'Choir', id: group });
    await world.send(b, { action: 'joinGroup', group });
    world.hush();
    const says = (device: typeof a, text: string) => world.send(device, { action: 'chat', group, text });
    const seqsOf = (device: typeof a) =>
      world.eventsOf(device).flatMap(({ type, seq }) => (type === 'message' ? [seq] : []));
    return { ...world, ann, bob, eve, a, b, e, group, conversation, says, seqsOf };
  };

  it('a leave between the head and the put, and is refused', async () => {
    const { a, b, group, says, send, ports, conversation } = await choir();
    atNext(ports.log, 'put', 'before', () => send(b, { action: 'leaveGroup', group }));

    expect(await says(b, 'too late')).toMatchObject({ code: 'not_a_member' });
    expect(await send(a, { action: 'history', conversation })).toMatchObject({
      messages: [{ seq: 1 }, { seq: 2 }, { seq: 3, change: 'left' }],
    });
    await expectLogInvariants(database());
  });

  it.each([
    ['log', 'head', 'before'],
    ['log', 'head', 'after'],
    ['inboxes', 'entriesOf', 'before'],
    ['inboxes', 'entriesOf', 'after'],
  ] as const)('a leave at %s.%s (%s), and is refused', async (port, method, when) => {
    const { b, group, says, send, ports } = await choir();
    atNext(ports[port] as never, method as never, when, () => send(b, { action: 'leaveGroup', group }));

    expect(await says(b, 'too late')).toMatchObject({ code: 'not_a_member' });
    await expectLogInvariants(database());
  });

  it('a leave and a join again, and comes after both', async () => {
    const { b, group, says, send, ports } = await choir();
    atNext(ports.log, 'put', 'before', async () => {
      await send(b, { action: 'leaveGroup', group });
      await send(b, { action: 'joinGroup', group });
    });

    expect(await says(b, 'hi')).toMatchObject({ ok: true, seq: 5 });
    await expectLogInvariants(database());
  });

  it('a leave after the members were read, and brings back no inbox entry', async () => {
    const { a, b, group, says, send, login, bob, ports } = await choir();
    atNext(ports.inboxes, 'arrive', 'before', () => send(b, { action: 'leaveGroup', group }));

    expect(await says(a, 'hi')).toMatchObject({ ok: true });
    expect(await login(b, bob)).toMatchObject({ conversations: [], messages: [] });
    await expectLogInvariants(database());
  });

  it('a join between its put and the reading of the members, and is not pushed to who may not read it', async () => {
    const { a, b, e, group, says, send, seqsOf, login, eve, ports } = await choir();
    atNext(ports.log, 'put', 'after', () => send(e, { action: 'joinGroup', group }));

    expect(await says(a, 'hi')).toMatchObject({ seq: 3 });
    expect(seqsOf(e)).toEqual([]);
    expect(seqsOf(b).sort()).toEqual([3, 4]);
    expect(await login(e, eve)).toMatchObject({ messages: [{ seq: 4, change: 'joined' }] });
    await expectLogInvariants(database());
  });

  it('a join before its put, and reaches who joined', async () => {
    const { a, e, group, says, send, seqsOf, ports } = await choir();
    atNext(ports.log, 'put', 'before', () => send(e, { action: 'joinGroup', group }));

    expect(await says(a, 'hi')).toMatchObject({ seq: 4 });
    expect(seqsOf(e)).toEqual([4]);
    await expectLogInvariants(database());
  });

  it.each(['head', 'put'] as const)(
    'another sender between %s and what follows, and both are stored once',
    async (step) => {
      const { a, b, says, ports, seqsOf } = await choir();
      atNext(ports.log, step, step === 'head' ? 'after' : 'before', () => says(b, 'first'));

      expect(await says(a, 'second')).toMatchObject({ seq: 4 });
      expect([seqsOf(a), seqsOf(b)]).toEqual([[3], [4]]);
      await expectLogInvariants(database());
    },
  );

  it.each([
    ['inboxes', 'arrive', 'before'],
    ['inboxes', 'arrive', 'after'],
    ['presence', 'profilesOf', 'before'],
    ['presence', 'profilesOf', 'after'],
  ] as const)('a login of its receiver at %s.%s (%s), and reaches it', async (port, method, when) => {
    const { a, bob, says, connect, login, eventsOf, ports } = await choir();
    const device = await connect();
    let brought: unknown[] = [];
    atNext(ports[port] as never, method as never, when, async () => {
      brought = (await login(device, bob)).messages as unknown[];
    });

    await says(a, 'hi');

    const seqs = [...brought, ...eventsOf(device)].map((message) => (message as { seq: number }).seq);
    expect(seqs).toContain(3);
  });

  it('an ack of what came before it, and neither is lost', async () => {
    const { a, b, bob, says, send, login, ports, conversation } = await choir();
    atNext(ports.inboxes, 'arrive', 'before', () => send(b, { action: 'ack', conversation, received: 2, read: 2 }));

    await says(a, 'hi');

    expect(await login(b, bob)).toMatchObject({
      messages: [{ seq: 3 }],
      conversations: [{ lastSeq: 3, ackSeq: 2, readSeq: 2, unread: 1 }],
    });
  });

  it('the page of a reader who leaves meanwhile, who is shown nothing', async () => {
    const { a, b, group, says, send, ports, conversation } = await choir();
    atNext(ports.log, 'upTo', 'before', async () => {
      await send(b, { action: 'leaveGroup', group });
      await says(a, 'without Bob');
    });

    expect(await send(b, { action: 'history', conversation })).toMatchObject({ code: 'no_such_conversation' });
  });

  it('the sync of a reader who leaves meanwhile, who is shown nothing from after that', async () => {
    const { a, b, group, says, send, ports } = await choir();
    atNext(ports.log, 'from', 'before', async () => {
      await send(b, { action: 'leaveGroup', group });
      await says(a, 'without Bob');
    });

    const { messages } = await send(b, { action: 'sync' });

    expect((messages as { seq: number }[]).map(({ seq }) => seq)).toEqual([2]);
  });

  it('its own retry, and is one', async () => {
    const { a, group, send, ports } = await choir();
    const command = { action: 'chat', group, text: 'once', id: 'm', after: 2 } as const;
    atNext(ports.log, 'put', 'before', () => send(a, command));

    expect(await send(a, command)).toMatchObject({ seq: 3 });
    await expectLogInvariants(database());
  });

  it('a creation that is asked for twice at once, of which one group comes', async () => {
    const { a, send, ports, named } = await choir();
    const command = { action: 'createGroup', name: 'Band', id: named('band') } as const;
    let first: unknown;
    atNext(ports.groups, 'create', 'before', async () => {
      first = await send(a, command);
    });

    expect(await send(a, command)).toEqual(first);
    await expectLogInvariants(database());
  });
});
