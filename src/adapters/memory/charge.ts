import type { Charge } from '../../domain/ports/ports';

interface Account {
  readonly tat?: number | undefined;
}

interface Charging {
  /** From when the charge counts. */
  readonly from: number;
  readonly tat: number;
}

/** What a charge makes of an account, with the same clauses as in `adapters/dynamodb/charge.ts`; `undefined` if they do not hold. */
export function charged({ tat }: Account, { now, costMs, owingMaxMs }: Charge): Charging | undefined {
  if (owingMaxMs === undefined) return tat === undefined || tat <= now ? { from: now, tat: now + costMs } : undefined;
  return tat !== undefined && tat <= now + owingMaxMs ? { from: tat, tat: tat + costMs } : undefined;
}
