import {
  COMMANDS_BURST,
  COMMANDS_PER_SECOND,
  COMMANDS_PREPAID,
  REFUSALS_MAX,
  USER_COMMANDS_BURST,
  USER_COMMANDS_PER_SECOND,
} from '../../protocol/limits';
import { Refusal } from '../../protocol/refusal';
import type { Charge, Clock, Rate, Rates } from '../ports/ports';

/**
 * GCRA, the generic cell rate algorithm (ITU-T I.371): an account is one number, its `tat`, the time at which it will owe
 * nothing. A command moves it by its cost; what it owes is its distance from now. DynamoDB knows no `max`, so an account that
 * owes nothing is charged from now on, and one that owes something from its `tat` on: two conditions, two requests, and nearly
 * always the first one does.
 */
export const DEFAULT_RATES: Rates = ratesFor(COMMANDS_PER_SECOND);

/** All rates, in proportion, for connections that may send so many commands a second. */
export function ratesFor(commandsPerSecond: number): Rates {
  const share = commandsPerSecond / COMMANDS_PER_SECOND;
  return {
    connection: rateOf(commandsPerSecond, COMMANDS_BURST * share),
    user: rateOf(USER_COMMANDS_PER_SECOND * share, USER_COMMANDS_BURST * share),
    prepaid: COMMANDS_PREPAID * share,
    refusalsMax: REFUSALS_MAX,
  };
}

/** So many commands in a second for as long as one likes, and so many at once. */
function rateOf(perSecond: number, burst: number): Rate {
  const costMs = 1_000 / perSecond;
  return { costMs, debtMaxMs: burst * costMs };
}

interface Owing {
  readonly state: 'owing';
  readonly tat: number;
}

/** `over`: it owes too much, and will for so many milliseconds. */
export type Over = { readonly state: 'over'; readonly waitMs: number };

/**
 * Charges an account for so many commands by a step that says `owing` where the account is not, or no longer, as it was
 * thought to be. One step where it owes nothing, otherwise two.
 */
export async function chargeAccount<Outcome extends { readonly state: string }>(
  { now }: Clock,
  { costMs, debtMaxMs }: Rate,
  { commands, step }: { readonly commands: number; readonly step: (charge: Charge) => Promise<Outcome | Owing> },
): Promise<Exclude<Outcome, Owing> | Over | { readonly state: 'conflict' }> {
  const cost = costMs * commands;
  const free = await step({ now: now(), costMs: cost });
  if (!isOwing(free)) return free as Exclude<Outcome, Owing>;
  const charge = owingCharge({ costMs: cost, debtMaxMs }, now());
  const waitMs = overMs(free.tat, charge);
  if (waitMs > 0) return { state: 'over', waitMs };
  const charged = await step(charge);
  return isOwing(charged) ? { state: 'conflict' } : (charged as Exclude<Outcome, Owing>);
}

function isOwing(outcome: { readonly state: string }): outcome is Owing {
  return outcome.state === 'owing';
}

/** The charge of an account that owes something already: it may not come to owe more than its most. */
export function owingCharge({ costMs, debtMaxMs }: Rate, now: number) {
  return { now, costMs, owingMaxMs: debtMaxMs - costMs } satisfies Charge;
}

/** For how long an account owes more than it may before it takes on another command. */
export function overMs(tat: number, { now, owingMaxMs = 0 }: Charge): number {
  return tat - now - owingMaxMs;
}

export function tooFast(waitMs: number, closesConnection = false): Refusal {
  return new Refusal('too_fast', { retryAfter: Math.max(1, Math.ceil(waitMs / 1_000)), closesConnection });
}
