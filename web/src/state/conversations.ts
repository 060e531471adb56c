/** The list of conversations, and what it shows of each. */
import { computed, signal } from '@preact/signals';
import type { Message, Presence } from '../../../client';
import { isGroup, peerOf } from '../view/conversation-id';
import { textOf } from '../view/entry';
import { entriesOf } from './entries';
import { groupOf } from './groups';
import { drafts, me, ownName } from './known';

export interface ListedConversation {
  readonly conversation: string;
  readonly name: string;
  readonly isGroup: boolean;
  readonly unread: number;
  /** Of a friend. */
  readonly presence?: Presence | undefined;
  /** The last thing that was said or happened, if it has been loaded. */
  readonly last?: Message | undefined;
  /** Whether something waits to be sent. */
  readonly isWaiting: boolean;
}

/** Opened here and not yet begun, so that the server does not know of it. */
const begun = signal<readonly string[]>([]);

/** The newest first. Of those that nothing has been loaded of, the server's order is kept. */
export const conversations = computed<readonly ListedConversation[]>(() => {
  const known = me.value?.conversations ?? [];
  const ids = new Set([...begun.value, ...drafts.value.map((draft) => draft.conversation)]);
  for (const { conversation } of known) ids.add(conversation);
  for (const { conversation } of me.value?.groups ?? []) ids.add(conversation);
  const unread = new Map(known.map((one) => [one.conversation, one.unread]));
  const listed = Array.from(ids, (conversation) => describe(conversation, unread.get(conversation) ?? 0));
  // Two infinities have no difference.
  return listed.sort((one, other) => (newness(one) === newness(other) ? 0 : newness(other) - newness(one)));
});

export const unreadTotal = computed(() => (me.value?.conversations ?? []).reduce((sum, { unread }) => sum + unread, 0));

/** Whom or what a conversation is with, in words. */
export function nameOf(conversation: string): string {
  if (!isGroup(conversation)) return peerOf(conversation, ownName.value);
  return groupOf(conversation)?.name ?? conversation.slice('group:'.length);
}

export function presenceOf(user: string): Presence | undefined {
  return me.value?.friends.find((friend) => friend.user === user);
}

function describe(conversation: string, unread: number): ListedConversation {
  const user = ownName.value;
  return {
    conversation,
    name: nameOf(conversation),
    isGroup: isGroup(conversation),
    unread,
    presence: isGroup(conversation) ? undefined : presenceOf(peerOf(conversation, user)),
    last: entriesOf(conversation).value.findLast((entry) => textOf(entry) !== undefined || 'change' in entry),
    isWaiting: drafts.value.some((draft) => draft.conversation === conversation),
  };
}

/** What one is writing in, or has only begun, stands above what was said at any time. */
function newness({ conversation, last, isWaiting }: ListedConversation): number {
  if (isWaiting || (last === undefined && begun.value.includes(conversation))) return Number.POSITIVE_INFINITY;
  return last?.sentAt ?? 0;
}

/** Puts a conversation into the list that the server does not know of yet. */
export function begin(conversation: string): void {
  if (!begun.value.includes(conversation)) begun.value = [...begun.value, conversation];
}
