import { Refusal, type RefusalCode, refusals } from '../../src/protocol/refusal';
import { utf8Length } from '../../src/protocol/text';
import { INJECTED } from '../simulation/steps';
import { faultsOf } from '../tooling/row-shapes';
import { expectLogInvariantsIn, expectPresenceInvariantsIn, type Rows } from '../tooling/rows';
import { hold, Violation } from './violation';

const MESSAGE_BYTES_MAX = 128 * 1024; // API Gateway's quota for one message.

interface Reply {
  readonly reply: string;
  /** What was sent, if it was an object. */
  readonly frame: Readonly<Record<string, unknown>> | undefined;
  /** Where it went; `undefined`: to the default route. */
  readonly action: string | undefined;
  /** Nothing fails, and nobody acts at the same time. */
  readonly isCalm: boolean;
}

/** PROTOCOL.md, "Frames": every command gets one reply, that repeats its action and ref, or a documented code. */
export function checkReply({ reply, frame, action, isCalm }: Reply): void {
  const told = () => `${JSON.stringify(frame)?.slice(0, 500)} got ${reply.slice(0, 500)}`;
  const { type, action: repeated, ref, code, ok, message } = JSON.parse(reply);
  hold(utf8Length(reply) <= MESSAGE_BYTES_MAX, 'a reply fits into a message', told);
  hold(code !== 'internal', 'no internal error', told);
  hold(
    type === 'error' ? Object.hasOwn(refusals, code) : ok === true && type === 'reply',
    'a reply is documented',
    told,
  );
  hold(type !== 'error' || (typeof message === 'string' && message !== ''), 'an error says what to do', told);
  hold(code !== 'busy' || !isCalm, 'nothing is busy where nothing happens', told);
  hold(action === undefined || repeated === action, 'a reply repeats the action', told);
  hold(ref === undefined || Object.is(ref, frame?.ref) || ref === frame?.ref, 'a reply repeats the ref', told);
}

/** Whatever is reported where nothing is wrong is a bug: with faults, it ends in one that we made, or in too much contention. */
export function checkReports(reports: readonly unknown[], hasFaults: boolean): void {
  for (const report of reports) {
    if (hasFaults && isOfFaults(report)) continue;
    throw new Violation('nothing is reported', report instanceof Error ? String(report.stack) : String(report));
  }
}

function isOfFaults(cause: unknown): boolean {
  if (cause === INJECTED) return true;
  if (!(cause instanceof Error)) return false;
  const code: RefusalCode | undefined = cause instanceof Refusal ? cause.code : undefined;
  return (code === 'busy' && cause.cause === undefined) || isOfFaults(cause.cause);
}

/** P1, P2, M2, memberships as the logs say, and no attribute that nobody knows. */
export function checkRows(rows: Rows): void {
  const faults = faultsOf(rows);
  hold(faults.length === 0, 'rows are of known shapes', () => faults.slice(0, 5).join('; '));
  checkInvariant('P1 and P2', () => expectPresenceInvariantsIn(rows));
  checkInvariant('M2', () => expectLogInvariantsIn(rows));
}

function checkInvariant(property: string, check: () => void): void {
  try {
    check();
  } catch (cause) {
    throw new Violation(property, cause instanceof Error ? cause.message : String(cause));
  }
}
