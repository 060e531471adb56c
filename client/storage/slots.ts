import { SLOTS_MAX } from '../limits';
import type { Locks } from './idb';

/** A lock that is held until it is released, or its tab is gone. */
export type Release = () => void;

/** @returns undefined if somebody else holds it. */
export function tryLock(locks: Locks, name: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const held = (lock: object | null): Promise<void> | undefined => {
      if (lock) return new Promise<void>((release) => resolve(release));
      resolve(undefined);
      return undefined;
    };
    locks.request(name, { ifAvailable: true }, held).catch(reject);
  });
}

export interface Slot {
  readonly key: string;
  readonly release: Release;
}

/** The first place that no living tab has. A tab that is reloaded finds its own again, unless another one was faster. */
export async function takeSlot(locks: Locks, lockOf: (key: string) => string): Promise<Slot> {
  for (let number = 0; number < SLOTS_MAX; number += 1) {
    const key = String(number);
    const release = await tryLock(locks, lockOf(key));
    if (release) return { key, release };
  }
  throw new Error(`There are ${SLOTS_MAX} tabs already.`);
}
