/** What passes: who is typing, who has read what in a group, and what is announced to those who do not see the page. */
import { signal } from '@preact/signals';
import type { Chat, Message, Receipt } from '../../../client';
import { isGroup } from '../view/conversation-id';
import { textOf } from '../view/entry';
import { groupOf } from './groups';
import { ownName } from './known';
import { t } from './preferences';

/** Clients say it again every three seconds; PROTOCOL.md: "Show it for a few seconds". */
const TYPING_MS = 5_000;

/** Who is typing, by conversation. */
export const typing = signal<ReadonlyMap<string, readonly string[]>>(new Map());
/** How far others have read in groups, by conversation and user, as far as was told since the login. */
export const groupReads = signal<ReadonlyMap<string, ReadonlyMap<string, number>>>(new Map());
/** The last thing that was announced. */
export const announcement = signal('');

const endings = new Map<string, ReturnType<typeof setTimeout>>();

export function listenToActivity(chat: Chat): void {
  chat.on('typing', ({ conversation, user }) => startTyping(conversation, user));
  chat.on('message', (message) => {
    stopTyping(message.conversation, message.from);
    announceMessage(message);
  });
  chat.on('receipt', noteRead);
}

export function forgetActivity(): void {
  for (const ending of endings.values()) clearTimeout(ending);
  endings.clear();
  typing.value = new Map();
  groupReads.value = new Map();
}

/** Says it once, to whoever listens instead of looking. */
export function announce(text: string): void {
  announcement.value = text;
}

function startTyping(conversation: string, user: string): void {
  const key = `${conversation} ${user}`;
  clearTimeout(endings.get(key));
  endings.set(
    key,
    setTimeout(() => stopTyping(conversation, user), TYPING_MS),
  );
  const others = (typing.value.get(conversation) ?? []).filter((name) => name !== user);
  typing.value = new Map(typing.value).set(conversation, [...others, user]);
}

function stopTyping(conversation: string, user: string): void {
  const now = typing.value.get(conversation);
  if (!now?.includes(user)) return;
  const key = `${conversation} ${user}`;
  clearTimeout(endings.get(key));
  endings.delete(key);
  const others = now.filter((name) => name !== user);
  typing.value = new Map(typing.value).set(conversation, others);
}

function announceMessage(message: Message): void {
  const { conversation, from } = message;
  const text = textOf(message);
  if (text === undefined || from === ownName.value) return;
  const group = groupOf(conversation)?.name;
  announce(group === undefined ? t.value.newMessage(from, text) : t.value.newMessageIn(from, group, text));
}

function noteRead({ conversation, user, read }: Receipt): void {
  if (read === undefined || user === ownName.value || !isGroup(conversation)) return;
  const reads = new Map(groupReads.value.get(conversation));
  reads.set(user, Math.max(read, reads.get(user) ?? 0));
  groupReads.value = new Map(groupReads.value).set(conversation, reads);
}
