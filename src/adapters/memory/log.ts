import type { Log, Place } from '../../domain/ports/ports';
import type { ConversationId } from '../../protocol/ids';
import type { Message } from '../../protocol/messages';
import type { MessageRow, Tables } from './tables';

export function logIn({ logs }: Tables): Log {
  const inOrder = (conversation: ConversationId): readonly Message[] =>
    [...(logs.get(conversation)?.values() ?? [])].sort((one, other) => one.seq - other.seq).map(toMessage);
  const change = ({ conversation, seq }: Place, fields: Partial<MessageRow>): boolean => {
    const log = logs.get(conversation);
    const row = log?.get(seq);
    if (!row) return false;
    logs.put(conversation, new Map(log).set(seq, { ...row, ...fields }));
    return true;
  };

  return {
    async head(conversation) {
      return inOrder(conversation).at(-1);
    },

    async from({ conversation, fromSeq, limit }) {
      const page = inOrder(conversation).filter(({ seq }) => seq >= fromSeq);
      return page.slice(0, limit);
    },

    async upTo({ conversation, toSeq, limit }) {
      const page = inOrder(conversation).filter(({ seq }) => seq <= toSeq);
      return page.slice(-limit);
    },

    async put(message) {
      const log = logs.get(message.conversation);
      if (log?.has(message.seq)) return 'taken';
      logs.put(message.conversation, new Map(log).set(message.seq, message));
      return 'stored';
    },

    async hide(place) {
      return change(place, { hidden: true }) ? 'hidden' : 'absent';
    },

    async expire({ at, ...place }) {
      return change(place, { expiresAt: Math.ceil(at / 1000) }) ? 'expiring' : 'absent';
    },
  };
}

function toMessage({ expiresAt: _, ...message }: MessageRow): Message {
  return message;
}
