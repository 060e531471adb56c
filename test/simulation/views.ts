import type { Json } from './socket';

export interface View {
  readonly state: 'online' | 'offline';
  readonly version: number;
}

export type Told = View & { readonly user: string };

/** What one device shows of its user's friends: of two states, the one with the higher version (PROTOCOL.md, `presence`). */
export class Views {
  readonly #of = new Map<string, View>();
  #friends: ReadonlySet<string> = new Set();

  of(user: string): View | undefined {
    return this.#friends.has(user) ? this.#of.get(user) : undefined;
  }

  /** Another connection: whatever was shown is out of date. */
  forget(): void {
    this.#of.clear();
    this.#friends = new Set();
  }

  /** Events may have come before the reply to the login: the newer one stays. */
  loggedIn(reply: Json): void {
    const friends = (reply.friends ?? []) as readonly Told[];
    this.#friends = new Set(friends.map(({ user }) => user));
    for (const friend of friends) this.told(friend);
  }

  befriended({ user, state, presence }: Json): void {
    const friends = new Set(this.#friends);
    if (state === 'friends') friends.add(String(user));
    else friends.delete(String(user));
    this.#friends = friends;
    if (presence) this.told({ ...(presence as View), user: String(user) });
  }

  told({ user, state, version }: Told): void {
    const known = this.#of.get(user);
    if (!known || known.version <= version) this.#of.set(user, { state, version });
  }
}
