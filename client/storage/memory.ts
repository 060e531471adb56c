import type { ClientStorage, Kept } from '../types';

/** Keeps nothing beyond the process. Passed to another `connect` once the first chat has ended, it stands for a reload. */
export function memoryStorage(): ClientStorage {
  let kept: Kept | undefined;
  return {
    load: async () => kept,
    save: async (next) => {
      kept = next;
    },
  };
}
