import assert from 'node:assert/strict';
import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../src/adapters/dynamodb/database';

export type Row = Record<string, AttributeValue>;

/** All rows of both tables. */
export interface Rows {
  readonly connections: readonly Row[];
  readonly chat: readonly Row[];
}

export async function scan({ client }: Database, TableName: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true }))
    rows.push(...(page.Items ?? []));
  return rows;
}

export async function scanAll(database: Database): Promise<Rows> {
  return {
    connections: await scan(database, database.connectionsTable),
    chat: await scan(database, database.chatTable),
  };
}

/** One user's profile row, as it is stored. */
export async function profileOf(database: Database, userId: string): Promise<Row | undefined> {
  return profileIn(await scanAll(database), userId);
}

export function profileIn({ chat }: Rows, userId: string): Row | undefined {
  return chat.find((row) => row.pk?.S === `USER#${userId}` && row.sk?.S === 'PROFILE');
}

/** P1 and P2 of DESIGN.md §4, over everything that is stored. */
export async function expectPresenceInvariants(database: Database): Promise<void> {
  expectPresenceInvariantsIn(await scanAll(database));
}

export function expectPresenceInvariantsIn({ connections, chat }: Rows): void {
  const profiles = chat.filter((row) => row.sk?.S === 'PROFILE');

  const boundByRows = connections
    .filter((row) => row.userId)
    .map((row) => `USER#${row.userId?.S} ${row.connectionId?.S}`);
  const boundByProfiles = profiles.flatMap((row) => (row.connections?.SS ?? []).map((id) => `${row.pk?.S} ${id}`));
  assert.deepEqual(boundByProfiles.sort(), boundByRows.sort());

  const stateShown = profiles.map((row) => [row.pk?.S, row.state?.S]);
  const stateDue = profiles.map((row) => [row.pk?.S, row.connections ? 'online' : 'offline']);
  assert.deepEqual(stateShown, stateDue);
}

/**
 * M2 of DESIGN.md §5: every log is 1…n, and holds no message twice. No inbox entry is ahead of its log. A membership, its
 * inbox entry and the group's number of members exist exactly as the log says.
 */
export async function expectLogInvariants(database: Database): Promise<void> {
  expectLogInvariantsIn(await scanAll(database));
}

export function expectLogInvariantsIn({ chat: rows }: Rows): void {
  const messages = rows.filter((row) => row.sk?.S?.startsWith('MSG#'));
  expectEntriesWithinLogs(rows, messages);
  expectMembersAsLogged(rows, messages);
  const partitions = new Set(messages.map((row) => row.pk?.S));
  for (const partition of partitions) {
    const log = messages.filter((row) => row.pk?.S === partition);
    const seqs = log.map((row) => Number(row.sk?.S?.slice('MSG#'.length))).sort((one, other) => one - other);
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => index + 1),
    );
    assert.deepEqual(new Set(log.map((row) => `${row.from?.S} ${row.id?.S}`)).size, log.length);
  }
}

function expectEntriesWithinLogs(rows: readonly Row[], messages: readonly Row[]): void {
  const heads = new Map<string, number>();
  for (const row of messages) {
    const conversation = String(row.pk?.S).replace('CONV#', '');
    heads.set(conversation, Math.max(heads.get(conversation) ?? 0, Number(row.sk?.S?.slice('MSG#'.length))));
  }
  const entries = rows.filter((row) => row.sk?.S?.startsWith('INBOX#'));
  const ahead = entries.filter(
    (row) => Number(row.lastSeq?.N) > (heads.get(String(row.sk?.S?.slice('INBOX#'.length))) ?? 0),
  );
  assert.deepEqual(ahead, []);
  assert.deepEqual(
    entries.filter((row) => Number(row.ackSeq?.N) > Number(row.lastSeq?.N)),
    [],
  );
}

function expectMembersAsLogged(rows: readonly Row[], messages: readonly Row[]): void {
  const changes = messages
    .filter((row) => row.change)
    .sort((one, other) => String(one.sk?.S).localeCompare(String(other.sk?.S)));
  const logged = new Set<string>();
  for (const row of changes) {
    const membership = `${row.pk?.S} ${row.from?.S}`;
    const isLeaving = row.change?.S === 'left';
    // Nobody joins twice, or leaves what they are not in.
    assert.deepEqual([membership, logged.has(membership)], [membership, isLeaving]);
    if (isLeaving) logged.delete(membership);
    else logged.add(membership);
  }
  const members = rows.filter((row) => row.sk?.S?.startsWith('MEMBER#'));
  assert.deepEqual(
    members.map((row) => `${row.pk?.S} ${row.sk?.S?.slice('MEMBER#'.length)}`).sort(),
    [...logged].sort(),
  );
  const entries = rows.filter((row) => row.sk?.S?.startsWith('INBOX#group:'));
  assert.deepEqual(
    entries.map((row) => `CONV#${row.sk?.S?.slice('INBOX#'.length)} ${row.pk?.S?.slice('USER#'.length)}`).sort(),
    [...logged].sort(),
  );
  for (const group of rows.filter((row) => row.sk?.S === 'META'))
    assert.deepEqual(Number(group.members?.N), members.filter((row) => row.pk?.S === group.pk?.S).length);
}
