import { type Person, readPresence } from '../../local/dynamodb/read-presence';
import type { Database } from '../../src/adapters/dynamodb/database';
import { scan } from '../tooling/rows';
import type { Crowd, Device } from './crowd';

type FriendsOf = ReadonlyMap<string, readonly string[]>;

/** Who is shown wrongly, and where: in the tables, compared with the sockets that are open, or to one of the watchers. */
export async function wronglyShown(database: Database, crowd: Crowd, friendsOf: FriendsOf): Promise<readonly string[]> {
  const { client, connectionsTable, chatTable } = database;
  const people = await readPresence(client, { connections: connectionsTable, chat: chatTable });
  const rows = await scan(database, connectionsTable);
  for (const { userId, lastSeen } of people) if (lastSeen !== undefined) crowd.times.flipped(userId, lastSeen);
  const present = crowd.devices.filter((device) => device.present);
  const labels = new Set(present.map(({ label }) => label));
  const orphans = rows.map((row) => String(row.userAgent?.S)).filter((label) => !labels.has(label));
  return [
    ...people.flatMap((person) => wrongInTables(person, present)),
    ...orphans.map((label) => `there is a row of ${label}, which is not there`),
    ...present.flatMap((watcher) => wrongTo(watcher, people, friendsOf)),
  ];
}

function wrongInTables({ userId, state, devices }: Person, present: readonly Device[]): readonly string[] {
  const shown = devices.map(({ userAgent }) => userAgent).sort();
  const there = present.flatMap(({ plan, label }) => (plan.user === userId ? [label] : [])).sort();
  const isRight = shown.join() === there.join() && state === (there.length === 0 ? 'offline' : 'online');
  return isRight ? [] : [`${userId} is ${state} on [${shown}], and there on [${there}]`];
}

/** What a watcher that stayed connected was told or has read last. */
function wrongTo({ plan, label, present }: Device, people: readonly Person[], friendsOf: FriendsOf): readonly string[] {
  return (friendsOf.get(plan.user) ?? []).flatMap((friend) => {
    const known = present?.known.get(friend)?.state;
    const state = people.find(({ userId }) => userId === friend)?.state;
    return known === state ? [] : [`${friend} is ${state}, and to ${label} ${known}`];
  });
}
