import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance, Clock } from '../../domain/ports/ports';
import type { GroupId, MessageId } from '../../protocol/ids';

export const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => sleep(ms),
};

const MESSAGE_ID_BYTES = 12; // 96 bits: no two messages of a conversation will ever share one by chance.
const GROUP_ID_BYTES = 16; // 128 bits, as a secret has.

export const chance: Chance = {
  fraction: () => Math.random(),
  messageId: () => randomBytes(MESSAGE_ID_BYTES).toString('base64url') as MessageId,
  groupId: () => randomBytes(GROUP_ID_BYTES).toString('base64url') as GroupId,
};
