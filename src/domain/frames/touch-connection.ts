import type { ConnectionId, UserId } from '../../protocol/ids';
import { Refusal } from '../../protocol/refusal';
import type { Accounts, Charge, Connections, Rates, Touch, Touched, Tuned } from '../ports/ports';
import { type SettlePorts, settle } from '../steps/settle';
import { chargeAccount, DEFAULT_RATES, type Over, overMs, owingCharge, tooFast } from './rates';

export interface TouchPorts extends SettlePorts, Tuned {
  readonly connections: Pick<Connections, 'touch'>;
  readonly accounts: Pick<Accounts, 'charge'>;
}

type Owing = Extract<Touched, { state: 'owing' }>;

/**
 * Who speaks on this connection, proof that they live, and a command of those that they may send: one request authenticates,
 * renews the lease and charges the connection. Two where it still owes something, and two more for each `prepaid` commands,
 * for which its user is charged.
 *
 * Refuses `not_logged_in`; where the connection is not known at all, the refusal also closes it (DESIGN.md §4, the fence).
 * Refuses `too_fast` where the connection or its user owes too much; and closes the connection of whom that does not stop. Even
 * a command that is refused is a sign of life: a connection is closed for what it does, and never unbound for it.
 */
export async function touchConnection(ports: TouchPorts, connectionId: ConnectionId): Promise<UserId> {
  const purse = { commands: 0 };
  const touched = await settle(ports, () => touchOnce(ports, connectionId, purse));
  if (touched.state === 'bound') return touched.userId;
  throw new Refusal('not_logged_in', { closesConnection: touched.state === 'absent' });
}

/** What the user has been charged for, and the connection has not got yet: another try of the same command brings it. */
interface Purse {
  commands: number;
}

async function touchOnce(
  ports: TouchPorts,
  connectionId: ConnectionId,
  purse: Purse,
): Promise<Exclude<Touched, Owing>> {
  const { clock, connections } = ports;
  const { connection, refusalsMax } = ratesOf(ports);
  const { costMs } = connection;
  const now = clock.now();
  const touched = await connections.touch(connectionId, { now, costMs, prepaid: purse.commands - 1 });
  if (touched.state !== 'owing') return touched;
  const verdict = await judge(ports, touched, purse);
  if (verdict.state === 'conflict') return verdict;
  const again = await connections.touch(
    connectionId,
    touchAgain(ports, { verdict, purse, touched, owed: touched.tat > now }),
  );
  // Somebody else has touched it in between: what was known about it is out of date.
  if (again.state === 'owing') return { state: 'conflict' };
  if (again.state === 'bound' && verdict.state === 'over') {
    throw tooFast(verdict.waitMs, again.refusals >= refusalsMax);
  }
  return again;
}

type Verdict = Over | { readonly state: 'allowed' };

/** Whether the command may be carried out: by the connection's account, and by the user's where nothing is prepaid. */
async function judge(
  ports: TouchPorts,
  { userId, tat, prepaid }: Owing,
  purse: Purse,
): Promise<Verdict | { readonly state: 'conflict' }> {
  const { clock, accounts } = ports;
  const { connection, user, prepaid: commands } = ratesOf(ports);
  const waitMs = overMs(tat, owingCharge(connection, clock.now()));
  if (waitMs > 0) return { state: 'over', waitMs };
  if (prepaid + purse.commands > 0) return { state: 'allowed' };
  const step = (charge: Charge) => accounts.charge(userId, charge);
  const charged = await chargeAccount(clock, user, { commands, step });
  if (charged.state !== 'charged') return charged;
  purse.commands += commands;
  return { state: 'allowed' };
}

interface Judged {
  readonly verdict: Verdict;
  readonly purse: Purse;
  readonly touched: Owing;
  /** Whether it owed something when the command came. Commands that come at once meet a `tat` that each of them moves. */
  readonly owed: boolean;
}

/** Next to nothing, but each touch has to move the lease: whoever doubts the connection sees by it that it spoke. */
const REFUSAL_MS = 1;

function touchAgain(ports: TouchPorts, { verdict, purse, touched: { tat }, owed }: Judged): Touch {
  const now = ports.clock.now();
  const { connection } = ratesOf(ports);
  if (verdict.state === 'over') {
    // Others may be charged in between: that is no reason to think it over.
    const owingMaxMs = tat - now + connection.debtMaxMs;
    return { now, costMs: REFUSAL_MS, prepaid: purse.commands, isRefusal: true, ...(owed && { owingMaxMs }) };
  }
  const { costMs, owingMaxMs } = owingCharge(connection, now);
  return { now, costMs, prepaid: purse.commands - 1, ...(owed && { owingMaxMs }) };
}

function ratesOf({ settings: { rates = DEFAULT_RATES } }: TouchPorts): Rates {
  return rates;
}
