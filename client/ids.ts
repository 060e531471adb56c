import { normaliseHandle } from '../src/protocol/handle';
import { directConversation, groupConversation, groupOf } from '../src/protocol/ids';
import type { Target } from './types';

/** The server's own rules, for plain strings. What is not valid gets some id as well, and the server refuses it. */

export const normaliseUser: (user: string) => string = normaliseHandle;

export function isGroup(conversation: string): boolean {
  return groupOf(conversation as never) !== undefined;
}

export function conversationOf(user: string, target: Target): string {
  if (target.group !== undefined) return groupConversation(target.group as never);
  return directConversation(user as never, normaliseUser(target.to) as never);
}
