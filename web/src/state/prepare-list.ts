/** What the list of conversations needs beyond the login's reply: the last message of each, and the names of old groups. */
import type { Chat } from '../../../client';
import { entriesOf, loadOlder, olderOf } from './entries';
import { nameGroups } from './groups';

/** So many conversations of the list get a preview: each costs a request, and a large screen shows no more. */
const PREVIEWS_MAX = 10;

/** After each connection; what is there already is not asked for again. */
export async function prepareList(chat: Chat): Promise<void> {
  const known = chat.me?.conversations ?? [];
  for (const { conversation } of known.slice(0, PREVIEWS_MAX)) {
    const isBare = entriesOf(conversation).value.length === 0 && olderOf(conversation).value === undefined;
    if (isBare) await loadOlder(chat, conversation);
  }
  await nameGroups(
    chat,
    known.map(({ conversation }) => conversation),
  );
}
