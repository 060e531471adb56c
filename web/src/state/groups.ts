/** Groups: a login lists the newest of them; of the others, and of all members, one has to ask. */
import { signal } from '@preact/signals';
import type { Chat, Group } from '../../../client';
import { me } from './known';

/** What was asked for, by conversation. */
const fetched = signal<ReadonlyMap<string, Group>>(new Map());

/** Reads signals: whoever renders with it is rendered again when the group changes. */
export function groupOf(conversation: string): Group | undefined {
  const listed = me.value?.groups.find((group) => group.conversation === conversation);
  return listed ?? fetched.value.get(conversation);
}

/** Asks for the names of groups that are unknown. Failing, the next login asks again. */
export async function nameGroups(chat: Chat, conversations: readonly string[]): Promise<void> {
  for (const conversation of conversations) {
    if (!conversation.startsWith('group:') || groupOf(conversation) !== undefined) continue;
    const group = await chat.members(conversation.slice('group:'.length)).catch(() => undefined);
    if (group === undefined) continue;
    const { members: _, more: __, ...named } = group;
    fetched.value = new Map(fetched.value).set(conversation, named);
  }
}

export function forgetGroups(): void {
  fetched.value = new Map();
}
