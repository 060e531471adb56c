import type { FunctionName } from '../../lib/function-name';
import { type Act, actsOf, DAYS, type Usage } from '../bill/month';
import type { Cost } from '../operations/stage';
import { type PresenceUnits, ROWS } from '../presence/units';

/** What no count can tell. */
export const LOAD_ASSUMED = {
  /** At its peak, a day has so many times as many users online as on average. */
  peak: 2,
} as const;

/** How often something runs for one user online, at the peak. */
export interface Rate {
  readonly name: FunctionName;
  readonly run: Act['run'];
  readonly perSecond: number;
  /** Handshakes and commands of clients in one run: none where AWS invokes it by itself. */
  readonly asked: number;
}

/** What the world asks for at the peak, for each user online. */
export interface Load {
  /** `users` are those online. */
  readonly usage: Usage;
  readonly rates: readonly Rate[];
  /** Read by the sweep, a second. */
  readonly sweptUnits: number;
  /** Connections of somebody of whom one knows nothing more. */
  readonly onlineDevices: number;
  readonly tables: { readonly connections: string };
}

export interface Measured {
  readonly costs: readonly Cost[];
  readonly presence: PresenceUnits;
  readonly tables: Load['tables'];
}

/** For a usage whose `users` are those online at the peak. @throws if they are online for no time at all. */
export function loadOf(usage: Usage, { costs, presence, tables }: Measured): Load {
  const share = peakOf(usage) * (usage.hours / 24);
  const seconds = DAYS * 24 * 3_600;
  const acts = actsOf({ ...usage, users: accountsFor({ ...usage, users: 1 }) }, costs, share);
  return {
    usage,
    rates: acts.map(({ name, run, times }) => ({
      ...{ name, run, perSecond: (peakOf(usage) * times) / seconds },
      asked: name === '$disconnect' || name === 'announce' ? 0 : 1,
    })),
    sweptUnits: (usage.devices * presence.pass.readUnits) / ROWS / 60,
    onlineDevices: share * usage.devices,
    tables,
  };
}

/** How many come on a day, if so many are online at the peak. */
export function accountsFor(usage: Usage): number {
  if (usage.hours === 0) throw new Error('--hours must be more than 0: nobody would be online.');
  return (usage.users * 24) / (usage.hours * peakOf(usage));
}

/** Who is online all day has no peak. */
function peakOf({ hours }: Usage): number {
  return Math.min(LOAD_ASSUMED.peak, 24 / hours);
}
