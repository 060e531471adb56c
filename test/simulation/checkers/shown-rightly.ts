import type { UserId } from '../../../src/protocol/ids';
import type { Commit } from '../commits';
import type { Device } from '../device';
import type { Checker, CheckerWorld } from './checker';

type ShownWorld = CheckerWorld & {
  readonly devices: readonly Device[];
  /** Connections that did not get a push after all attempts, and users a change of whom was given up: both were reported. */
  readonly reported: ReadonlySet<string>;
  /** When anything last changed between two users. */
  readonly friendshipChangedAt: (one: string, other: string) => number;
};

/** Whoever has just woken up needs some time: for a heartbeat, the fence, a connection and a login. */
const LOGIN_MS_MAX = 60_000;

/**
 * At the end, faults having stopped long ago: every device that wants to be logged in and keeps its promise of heartbeats is bound
 * (P4, "no live user is ever shown offline"), and every watcher shows the newest state of everyone it watches (P5).
 */
export class ShownRightly implements Checker {
  readonly #world: ShownWorld;
  readonly #lastFlip = new Map<UserId, number>();

  constructor(world: ShownWorld) {
    this.#world = world;
  }

  committed({ profiles }: Commit): void {
    for (const { key, before, after } of profiles) {
      if (after && before?.state !== after.state) this.#lastFlip.set(key, after.version);
    }
  }

  finished(): void {
    for (const device of this.#world.devices) {
      this.#expectOnline(device);
      this.#expectToSee(device);
    }
  }

  #expectOnline({ name, user, wants, isAsleep, awakeSince, heartbeat, socket }: Device): void {
    const { tables, now, complain } = this.#world;
    if (!wants || isAsleep || heartbeat === undefined || now() - awakeSince < LOGIN_MS_MAX) return;
    const row = socket && tables.connections.get(socket.connectionId);
    if (row?.userId !== user) complain('P4', `${name} is there (${socket?.connectionId}), and is not bound`);
  }

  #expectToSee({ name, user, views, isLoggedIn, socket, loginSentAt }: Device): void {
    const { tables, reported, friendshipChangedAt, complain } = this.#world;
    if (!isLoggedIn || !socket?.hasPeer || reported.has(socket.connectionId)) return;
    if (tables.connections.get(socket.connectionId)?.userId !== user) return;
    for (const [other, profile] of tables.profiles.entries()) {
      const view = views.of(other);
      const isStable = friendshipChangedAt(user, other) < loginSentAt;
      const friend = tables.friends.get(user as UserId)?.get(other);
      // Who has blocked this user is shown as they were then.
      if (!view || !isStable || reported.has(other) || !friend || friend.frozen) continue;
      const isNewest = view.state === profile.state && view.version >= (this.#lastFlip.get(other) ?? 0);
      if (!isNewest) {
        complain(
          'P5',
          `${name} shows ${other} as ${view.state} (${view.version}): it is ${profile.state} (${profile.version})`,
        );
      }
    }
  }
}
