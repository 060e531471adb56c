import type { ConnectionId } from '../../../src/protocol/ids';
import type { Commit } from '../commits';
import type { Checker, CheckerWorld } from './checker';

/**
 * P6: nothing resurrects a connection after its `$disconnect` has run to its end. One thing may: a `$connect` that AWS invoked
 * twice, or that landed late, finds no trace of it (no tombstones) and writes an unbound row, which the sweep removes within the
 * login's grace; a login still under way may bind that. P3 has both bounds.
 */
export function noResurrection({ complain, socketOf }: CheckerWorld): Checker {
  const opened = new Set<ConnectionId>();
  const reopened = new Set<ConnectionId>();
  const noteOpening = (key: ConnectionId) => (opened.has(key) ? reopened : opened).add(key);
  return {
    committed({ step, connections }: Commit) {
      const isOpening = step.name === 'connections.open';
      for (const { key, before, after } of connections) {
        if (isOpening && after) noteOpening(key);
        if (!after || isOpening || socketOf(key)?.disconnectedAt === undefined) continue;
        if (!before) complain('P6', `${key} is brought back by ${step.name} after its $disconnect`);
        if (after.userId !== undefined && !reopened.has(key)) {
          complain('P6', `${key} is bound to ${after.userId} by ${step.name} after its $disconnect`);
        }
      }
    },
  };
}
