import { expect, it } from '@jest/globals';
import { storesIn } from '../../src/adapters/memory/stores';
import { emptyTables } from '../../src/adapters/memory/tables';
import { currentEntries } from '../../src/domain/messages/read-entries';
import { type GroupId, groupConversation, type MessageId, type UserId } from '../../src/protocol/ids';
import { silentMeter } from '../tooling/silent-meter';

it('an entry of a large group that was written after its log was asked does not go back', async () => {
  const stores = storesIn(emptyTables());
  const userId = 'ann' as UserId;
  const conversation = groupConversation('g' as GroupId);
  const created = { conversation, seq: 1, from: userId, change: 'created' as const, sentAt: 1, id: 'm1' as MessageId };
  await stores.groups.create({ name: 'g', entry: created });
  await stores.inboxes.markBig({ userId, conversation });
  const message = { conversation, seq: 2, from: userId, text: 'hello', sentAt: 2, id: 'm2' as MessageId };
  const { entries } = await stores.inboxes.listOf(userId);
  // Between the two reads, another device of hers sends something.
  const log = {
    head: async () => {
      const head = await stores.log.head(conversation);
      await stores.log.put(message);
      await stores.inboxes.arrive({ userId, message, creates: false });
      return head;
    },
  };
  const clock = { now: () => 0, sleep: async () => undefined };
  const chance = { fraction: () => 0, messageId: () => 'm' as MessageId, groupId: () => 'g' as GroupId };

  const [entry] = await currentEntries({ ...stores, log, clock, chance, meter: silentMeter }, userId, entries);

  expect(entry).toMatchObject({ lastSeq: 2, readSeq: 2, at: 2 });
});
