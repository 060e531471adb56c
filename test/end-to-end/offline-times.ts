import { percentile } from '../../bench/report/percentile';

/** How the last socket of a user went: with a word to the server, or without. */
const LEAVINGS = ['closed', 'reset', 'cut', 'frozen'] as const;
export type Leaving = (typeof LEAVINGS)[number];

interface Stay {
  readonly user: string;
  /** From when on it may have been bound; when it was for certain. */
  readonly triedAt: number;
  boundAt?: number;
  left?: { readonly at: number; readonly how: Leaving };
}

/** The client's process, the gateway and the Lambdas tell the time by one clock, but not in one instant. */
const TOLERANCE_MS = 1_000;

/** When whose sockets were really there, and when somebody was shown offline. */
export class OfflineTimes {
  readonly #stays: Stay[] = [];
  readonly #flips = new Map<string, { readonly user: string; readonly at: number }>();

  come(user: string): Stay {
    const stay = { user, triedAt: Date.now() };
    this.#stays.push(stay);
    return stay;
  }

  /** The user's state became offline at this time, by the database's own record. */
  flipped(user: string, at: number): void {
    this.#flips.set(`${user} ${at}`, { user, at });
  }

  /** For each flip, how long before it the user's last socket had gone; undefined where one was still there. */
  delays(): readonly { readonly user: string; readonly how?: Leaving; readonly ms?: number }[] {
    return Array.from(this.#flips.values(), ({ user, at }) => {
      const stays = this.#stays.filter((stay) => stay.user === user && stay.triedAt <= at);
      const isThere = ({ boundAt, left }: Stay) =>
        boundAt !== undefined && boundAt <= at && (left === undefined || left.at > at + TOLERANCE_MS);
      const leavings = stays.flatMap(({ left }) => (left && left.at <= at + TOLERANCE_MS ? [left] : []));
      const last = leavings.toSorted((one, other) => one.at - other.at).at(-1);
      if (last === undefined || stays.some(isThere)) return { user };
      return { user, how: last.how, ms: Math.max(0, at - last.at) };
    });
  }
}

interface Delay {
  readonly how?: Leaving;
  readonly ms?: number;
  /** As the table names it. */
  readonly heartbeat: string;
}

/** The distribution by heartbeat and by how the last socket went, in seconds, with the bound of each heartbeat. */
export function delayTable(delays: readonly Delay[], bounds: Readonly<Record<string, number>>): string {
  const rows = Object.entries(bounds).flatMap(([heartbeat, bound]) =>
    LEAVINGS.map((how) => {
      const chosen = delays.filter((delay) => delay.how === how && delay.heartbeat === heartbeat);
      const ms = chosen.flatMap((delay) => delay.ms ?? []);
      const cells = [0.5, 0.99, 1].map((share) => (ms.length === 0 ? '' : (percentile(ms, share) / 1000).toFixed(1)));
      return `| ${heartbeat} | ${how} | ${ms.length} | ${cells.join(' | ')} | ${bound} |`;
    }),
  );
  const stillThere = delays.filter(({ ms }) => ms === undefined).length;
  return [
    '| heartbeat | the last socket was | flips | p50 | p99 | max | bound |',
    '| --- | --- | --: | --: | --: | --: | --: |',
    ...rows,
    `${delays.length} flips, ${stillThere} of them with a socket still open`,
  ].join('\n');
}
