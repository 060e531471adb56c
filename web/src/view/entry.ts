import type { Message } from '../../../client';

/** What somebody wrote; `undefined` for a change of a group, and for what is hidden. */
export function textOf(entry: Message): string | undefined {
  return 'text' in entry ? entry.text : undefined;
}

/** What a group's member did. */
export function changeOf(entry: Message): 'created' | 'joined' | 'left' | undefined {
  return 'change' in entry ? entry.change : undefined;
}
