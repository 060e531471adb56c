import type { Log } from '../../domain/ports';
import type { ConversationId } from '../../protocol/ids';
import type { Message } from '../../protocol/messages';
import type { Tables } from './tables';

export function logIn({ logs }: Tables): Log {
  const inOrder = (conversation: ConversationId): readonly Message[] =>
    [...(logs.get(conversation)?.values() ?? [])].sort((one, other) => one.seq - other.seq);

  return {
    async head(conversation) {
      return inOrder(conversation).at(-1);
    },

    async from({ conversation, fromSeq, limit }) {
      const page = inOrder(conversation).filter(({ seq }) => seq >= fromSeq);
      return page.slice(0, limit);
    },

    async put(message) {
      const log = logs.get(message.conversation);
      if (log?.has(message.seq)) return 'taken';
      logs.put(message.conversation, new Map(log).set(message.seq, message));
      return 'stored';
    },
  };
}
