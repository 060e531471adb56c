/** The entries of each conversation, as far as they have been loaded. */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Chat, ChatError, type Message } from '../../../client';

/** A screen and a half on a large screen; the rest comes with scrolling. */
const PAGE = 40;

/** What there is before what has been loaded. Absent: nobody has asked yet. */
export type Older = 'loading' | 'more' | 'none' | 'failed';

interface Log {
  readonly entries: Signal<readonly Message[]>;
  readonly older: Signal<Older | undefined>;
}

const logs = new Map<string, Log>();

export function entriesOf(conversation: string): ReadonlySignal<readonly Message[]> {
  return logOf(conversation).entries;
}

/** Whether there is something before what has been loaded. */
export function olderOf(conversation: string): ReadonlySignal<Older | undefined> {
  return logOf(conversation).older;
}

export function listenToEntries(chat: Chat): void {
  chat.on('message', ({ conversation }) => {
    logOf(conversation).entries.value = chat.entries(conversation);
  });
  chat.on('login', ({ user }) => {
    // The signals stay: components hold them.
    for (const [conversation, log] of logs) {
      log.entries.value = user === undefined ? [] : chat.entries(conversation);
      log.older.value = undefined;
    }
  });
}

/** Puts a page before what has been loaded, unless one is under way or nothing is there. Failing, it may be asked again. */
export async function loadOlder(chat: Chat, conversation: string): Promise<void> {
  const log = logOf(conversation);
  if (log.older.value === 'loading' || log.older.value === 'none') return;
  log.older.value = 'loading';
  try {
    const hasMore = await chat.loadOlder(conversation, { limit: PAGE });
    log.entries.value = chat.entries(conversation);
    log.older.value = hasMore ? 'more' : 'none';
  } catch (error) {
    // Nothing has been said yet; or the connection is gone, and a person may ask again.
    const isNew = error instanceof ChatError && error.code === 'no_such_conversation';
    log.older.value = isNew ? 'none' : 'failed';
  }
}

function logOf(conversation: string): Log {
  const known = logs.get(conversation) ?? { entries: signal<readonly Message[]>([]), older: signal(undefined) };
  logs.set(conversation, known);
  return known;
}
