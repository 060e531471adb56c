import type { FunctionName } from '../../lib/function-name';
import type { Database } from '../../src/adapters/dynamodb/database';
import { fanOut } from '../../src/domain/messages/fan-out';
import type { Principal } from '../../src/domain/ports/operation';
import { announcePresence } from '../../src/domain/presence/announce-presence';
import { releaseConnection } from '../../src/domain/presence/release-connection';
import { type ConnectionId, type GroupId, groupConversation, type UserId } from '../../src/protocol/ids';
import { DIRECT_MEMBERS_MAX } from '../../src/protocol/limits';
import { type Command, type Cost, flipOf, type MeteredStage, meteredStageOn, PASSWORD } from '../operations/stage';

const TEXT = 'A message of about a hundred characters, which is more than most people write before they press Enter.';

/** A stage that notes what operations cost, by their names. */
function notebook(stage: MeteredStage) {
  const costs: Cost[] = [];
  const cost = async <T>(operation: string, name: FunctionName, perform: () => Promise<T>): Promise<T> => {
    const { result, run } = await stage.measure(perform);
    costs.push({ operation, name, ...run });
    return result;
  };
  const costOf = (operation: string, connectionId: ConnectionId, command: Command, principal?: Principal) =>
    cost(operation, command.action, () => stage.send(connectionId, command, principal));
  return { ...stage, costs, cost, costOf };
}

type Notebook = ReturnType<typeof notebook>;

/** What each operation costs, in a small world: two users with a device each, and a group of ten. */
export async function measureUnits(database: Database): Promise<readonly Cost[]> {
  const world = notebook(meteredStageOn(database));
  const { ports, connect, cost, costOf } = world;
  const a = await cost('`$connect`', '$connect', connect);
  await costOf('`reg`', a, { action: 'reg', user: 'ann', password: PASSWORD });
  const { token } = await costOf('`login` with nothing new', a, { action: 'login', user: 'ann', password: PASSWORD });
  const another = await connect();
  await costOf('`login` with a token', another, { action: 'login', token });
  await releaseConnection(ports, { connectionId: another });
  const principal = { name: 'ivy', subject: 'one of an identity provider' };
  for (const operation of ['`login` with an identity, the first', '`login` with an identity']) {
    const vouched = await connect();
    await costOf(operation, vouched, { action: 'login' }, principal);
    await releaseConnection(ports, { connectionId: vouched });
  }
  await costOf('`passwd` with no other device', a, { action: 'passwd', password: PASSWORD, newPassword: PASSWORD });
  await costOf('`ping`', a, { action: 'ping' });
  await measureTwo(world, a);
  await measureGroup(world, a);
  await cost('`$disconnect`', '$disconnect', () => releaseConnection(ports, { connectionId: a }));
  return world.costs;
}

async function measureTwo(world: Notebook, a: ConnectionId): Promise<void> {
  const { connect, join, cost, costOf, ports } = world;
  const b = await join('ben');
  const conversation = 'dm:ann:ben';
  const chat = { action: 'chat', to: 'ben', text: TEXT } as const;
  await costOf('`chat`, the first message to a user', a, chat);
  await costOf('`chat` to a user who is online', a, chat);
  await costOf('`chat` with `id` and `after`', a, { ...chat, id: 'm3', after: 2 });
  await costOf('`ack`, one cursor', b, { action: 'ack', conversation, received: 3 });
  await costOf('`typing` to a user', a, { action: 'typing', to: 'ben' });
  await costOf('`history`, three messages', b, { action: 'history', conversation });
  await costOf('`sync` with nothing new', b, { action: 'sync' });
  await costOf('`addFriend`, asking', a, { action: 'addFriend', user: 'ben' });
  await costOf('`addFriend`, accepting', b, { action: 'addFriend', user: 'ann' });
  await costOf('`presence` of one friend', a, { action: 'presence', users: ['ben'] });
  const flip = flipOf('ben');
  await cost('a flip, announced to one friend', 'announce', () => announcePresence(ports, [flip]));
  await costOf('`block` of a friend', b, { action: 'block', user: 'ann' });
  await costOf('`chat` to a user who has blocked one', a, chat);
  await costOf('`block`, taken back', b, { action: 'block', user: 'ann', unblock: true });
  await releaseConnection(ports, { connectionId: b });
  await costOf('`chat` to a user who is offline', a, chat);
  const [again, ben] = [await connect(), { user: 'ben', password: PASSWORD }];
  await costOf('`login` with a friend and one conversation with news', again, { action: 'login', ...ben });
}

async function measureGroup({ join, cost, costOf, send, ports, jobs }: Notebook, a: ConnectionId): Promise<void> {
  const group = 'choir';
  await costOf('`createGroup`', a, { action: 'createGroup', name: 'Choir', id: group });
  for (let index = 0; index < 8; index++) await send(await join(`member${index}`), { action: 'joinGroup', group });
  const last = await join('last');
  await costOf('`joinGroup`, as the tenth', last, { action: 'joinGroup', group });
  await costOf('`chat` to a group of ten', a, { action: 'chat', group, text: TEXT });
  await costOf('`members` of ten', a, { action: 'members', group });
  await costOf('`leaveGroup` of ten', last, { action: 'leaveGroup', group });
  // What the join that makes a group large leaves behind, as far as this sender sees it.
  await ports.inboxes.markBig({ userId: 'ann' as UserId, conversation: groupConversation(group as GroupId) });
  const { find } = ports.groups;
  ports.groups.find = async (name) => {
    const found = await find(name);
    return found && { ...found, members: DIRECT_MEMBERS_MAX + 1, big: true };
  };
  await costOf('`chat` to a large group, before its reply', a, { action: 'chat', group, text: TEXT });
  for (const job of jobs.splice(0))
    await cost('fan-out of a page of nine members', 'fan-out', () => fanOut(ports, job));
}
