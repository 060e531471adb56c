import type { Heated, LoginPair } from '../../domain/ports/ports';
import type { ConversationId, UserId } from '../../protocol/ids';
import { S } from './item';

/** The keys of `Chat`: DESIGN.md §3. */
export const CREDENTIAL = 'CREDENTIAL';
export const PROFILE = 'PROFILE';
export const FRIEND = 'FRIEND#';
export const INBOX = 'INBOX#';
export const GROUP_INBOX = `${INBOX}group:`;
export const MEMBER = 'MEMBER#';
const META = 'META';
const USER = 'USER#';
const CONVERSATION = 'CONV#';
const MESSAGE = 'MSG#';
const LOGIN = 'LOGIN#';
const ADDRESS = 'ADDRESS#';
const SKELETON = 'SKELETON#';

const SEQ_DIGITS = 16; // Number.MAX_SAFE_INTEGER has sixteen, so the order of the keys is the order of the numbers.

export const userPartition = (userId: UserId) => S(`${USER}${userId}`);
export const conversationPartition = (conversation: ConversationId) => S(`${CONVERSATION}${conversation}`);

export const credentialKey = (userId: UserId) => ({ pk: userPartition(userId), sk: S(CREDENTIAL) });
export const profileKey = (userId: UserId) => ({ pk: userPartition(userId), sk: S(PROFILE) });
export const friendKey = (userId: UserId, other: UserId) => ({
  pk: userPartition(userId),
  sk: S(`${FRIEND}${other}`),
});
export const inboxKey = (userId: UserId, conversation: ConversationId) => ({
  pk: userPartition(userId),
  sk: S(`${INBOX}${conversation}`),
});
export const groupKey = (conversation: ConversationId) => ({ pk: conversationPartition(conversation), sk: S(META) });
export const memberKey = (conversation: ConversationId, userId: UserId) => ({
  pk: conversationPartition(conversation),
  sk: S(`${MEMBER}${userId}`),
});
export const messageKey = (conversation: ConversationId, seq: number) => ({
  pk: conversationPartition(conversation),
  sk: messageSortKey(seq),
});

export const skeletonKey = (skeleton: string) => ({ pk: S(`${SKELETON}${skeleton}`), sk: S('HANDLE') });
// Each with a partition of its own: an attack on one account, or from one address, must not slow down anybody else's.
export const pairKey = ({ userId, address }: LoginPair) => ({ pk: S(`${LOGIN}${userId}#${address}`), sk: S('PAIR') });
export const heatKey = (of: Heated) => ({
  pk: S('userId' in of ? `${LOGIN}${of.userId}` : `${ADDRESS}${of.address}`),
  sk: S('HEAT'),
});

export const messageSortKey = (seq: number) => S(`${MESSAGE}${String(seq).padStart(SEQ_DIGITS, '0')}`);
export const lastMessageSortKey = S(`${MESSAGE}${'9'.repeat(SEQ_DIGITS)}`);
export const userOf = (partition: string) => partition.slice(USER.length) as UserId;
export const friendOf = (sortKey: string) => sortKey.slice(FRIEND.length) as UserId;
export const memberOf = (sortKey: string) => sortKey.slice(MEMBER.length) as UserId;
export const conversationOf = (sortKey: string) => sortKey.slice(INBOX.length) as ConversationId;
export const conversationOfPartition = (partition: string) => partition.slice(CONVERSATION.length) as ConversationId;
export const seqOf = (sortKey: string) => Number(sortKey.slice(MESSAGE.length));
