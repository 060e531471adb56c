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

export interface SlotWishes {
  readonly lockOf: (key: string) => string;
  /** The one that this tab had before it was reloaded; a copy of a tab remembers it as well. */
  readonly remembered: string | undefined;
  /** Whether a tab that is new may go on with what a tab that is gone has left. */
  readonly reuses: boolean;
  readonly newKey: () => string;
}

/** A place that no living tab has: a tab's own, or the first that is free, or a new one. */
export async function takeSlot(locks: Locks, { lockOf, remembered, reuses, newKey }: SlotWishes): Promise<Slot> {
  const numbers = Array.from({ length: SLOTS_MAX }, (_, number) => String(number));
  const wanted = [...(remembered === undefined ? [] : [remembered]), ...(reuses ? numbers : [newKey()])];
  for (const key of wanted) {
    const release = await tryLock(locks, lockOf(key));
    if (release) return { key, release };
  }
  throw new Error(`There are ${SLOTS_MAX} tabs already.`);
}
