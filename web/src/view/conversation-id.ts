import type { Target } from '../../../client';

const DM = 'dm:';
const GROUP = 'group:';

export function isGroup(conversation: string): boolean {
  return conversation.startsWith(GROUP);
}

/** Whom a message in this conversation is for. `user` is oneself. */
export function targetOf(conversation: string, user: string): Target {
  return isGroup(conversation) ? { group: conversation.slice(GROUP.length) } : { to: peerOf(conversation, user) };
}

/** The other one of a conversation of two. Names have no colon. */
export function peerOf(conversation: string, user: string): string {
  const [first = '', second = ''] = conversation.slice(DM.length).split(':');
  return first === user ? second : first;
}
