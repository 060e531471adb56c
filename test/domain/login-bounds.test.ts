import { describe, expect, it } from '@jest/globals';
import { loginSnapshot } from '../../src/domain/accounts/login-snapshot';
import { DEFAULT_SETTINGS } from '../../src/domain/ports/default-settings';
import type { EntryKey, Friend, Group, InboxEntry, Profile, UserEntry } from '../../src/domain/ports/ports';
import type { ConversationId, GroupId, MessageId, UserId } from '../../src/protocol/ids';
import * as limits from '../../src/protocol/limits';
import { encodeReply, type Message } from '../../src/protocol/messages';
import { silentMeter } from '../tooling/silent-meter';

const API_GATEWAY_BYTES_MAX = 128 * 1024;

/** The longest handles that there are: code points of four bytes each. */
const longName = (serial: number) =>
  `${String(serial).padStart(4, '0')}${'𠀀'.repeat(limits.HANDLE_LENGTH_MAX - 4)}` as UserId;
const friend = (state: Friend['state']) => (_: unknown, index: number) => ({
  userId: longName(index),
  state,
  since: 1_795_411_066_347,
});
const times = <T>(length: number, make: (_: unknown, index: number) => T) => Array.from({ length }, make);

/** Of every other one, a group. */
const nameOf = (index: number) =>
  (index % 2 === 0
    ? `dm:${longName(0)}:${longName(index + 1)}`
    : `group:${'g'.repeat(limits.GROUP_ID_LENGTH_MAX)}`) as ConversationId;

const entryOf = (key: EntryKey): UserEntry => ({
  ...key,
  lastSeq: 9_007_199_254_740_991,
  ackSeq: 9_007_199_254_740_991,
  readSeq: 9_007_199_254_740_991,
  at: 1,
});

const group = (conversation: ConversationId): Group => ({
  conversation,
  name: '\u0001'.repeat(limits.GROUP_NAME_LENGTH_MAX),
  description: '\u0001'.repeat(limits.GROUP_DESCRIPTION_BYTES_MAX),
  creator: longName(1),
  createdAt: 1,
  members: limits.GROUP_MEMBERS_MAX,
  version: 1,
  big: false,
});

/** What a login finds where everything is as large as it may be, `more` of it than one reply may hold. */
function portsWithEverything({ more }: { readonly more: boolean }) {
  const beyond = more ? 300 : 0;
  const friends = [
    ...times(limits.FRIENDS_MAX + beyond, friend('friends')),
    ...times(limits.FRIEND_REQUESTS_MAX, friend('incoming')),
    ...times(limits.BLOCKS_MAX, (_, index) => ({ ...friend('none')(_, index), blocked: true as const })),
  ];
  const inbox = times(limits.LOGIN_CONVERSATIONS_MAX + beyond, (_, index): InboxEntry => {
    const conversation = nameOf(index);
    return { conversation, lastSeq: 9_007_199_254_740_991, ackSeq: 9_007_199_254_740_000, readSeq: 0, at: index };
  });
  // A control character is six bytes of JSON.
  const message =
    (conversation: ConversationId) =>
    (_: unknown, index: number): Message => ({
      conversation,
      seq: 9_007_199_254_740_001 + index,
      from: longName(1),
      text: '\u0001'.repeat(limits.TEXT_BYTES_MAX),
      sentAt: 1_795_411_066_347,
      id: 'x'.repeat(limits.MESSAGE_ID_LENGTH_MAX) as MessageId,
    });
  const profile = (userId: UserId): Profile => {
    const presence = { state: 'offline' as const, lastSeen: 1_795_411_066_347, version: 9_007_199_254_740_991 };
    return { userId, ...presence, connections: [] };
  };
  return {
    clock: { now: () => 0, sleep: async () => undefined },
    meter: silentMeter,
    chance: { fraction: () => 0, messageId: () => 'm' as MessageId, groupId: () => 'g' as GroupId },
    settings: DEFAULT_SETTINGS,
    accounts: { snapshotOf: async () => ({ devices: 20, createdAt: 1, friends, inbox, complete: true }) },
    friends: { page: async () => ({ friends }) },
    presence: {
      profilesOf: async (userIds: readonly UserId[]) => ({ profiles: userIds.map(profile), left: [] }),
    },
    inboxes: {
      entriesOf: async (keys: readonly EntryKey[]) => ({ entries: keys.map(entryOf), left: [] }),
    },
    groups: {
      infoOf: async (conversations: readonly ConversationId[]) => ({ groups: conversations.map(group), left: [] }),
      members: async ({ limit }: { limit: number }) => ({
        members: times(limit, (_, index) => ({ userId: longName(index), role: 'member' as const, joinedSeq: 1 })),
        next: longName(limit),
      }),
    },
    log: {
      head: async () => undefined,
      from: async ({ conversation, limit }: { conversation: ConversationId; limit: number }) =>
        times(limit, message(conversation)),
    },
  };
}

async function replyTo(ports: ReturnType<typeof portsWithEverything>) {
  const fields = await loginSnapshot(ports, longName(0));
  const reply = encodeReply({ action: 'login', ref: '\u0001'.repeat(limits.REF_LENGTH_MAX) }, fields);
  return { fields, bytes: Buffer.byteLength(reply) };
}

describe('the reply to a login', () => {
  it('stays below API Gateway’s 128 KB with as much of everything as there may be, and leaves out no friend', async () => {
    const { fields, bytes } = await replyTo(portsWithEverything({ more: false }));

    expect(bytes).toBeLessThan(API_GATEWAY_BYTES_MAX);
    expect(fields.friends).toHaveLength(limits.FRIENDS_MAX);
    expect(fields.requests).toHaveLength(limits.FRIEND_REQUESTS_MAX);
    expect(fields.blocked).toHaveLength(limits.BLOCKS_MAX);
    expect((fields.groups as unknown[]).length).toBeGreaterThanOrEqual(1);
    expect((fields.messages as Message[]).length).toBeGreaterThanOrEqual(1);
    expect(fields.more).toBe(true);
  });

  it('stays below it, and says that there is more, where the soft bounds were passed', async () => {
    const { fields, bytes } = await replyTo(portsWithEverything({ more: true }));

    expect(bytes).toBeLessThan(API_GATEWAY_BYTES_MAX);
    expect((fields.friends as unknown[]).length).toBeGreaterThan(limits.FRIENDS_MAX);
    expect(fields.more).toBe(true);
  });
});
