import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Charge } from '../../domain/ports/ports';
import { type Item, N, optionalNumber } from './item';

// Two Lambdas may charge one account at once. Each condition holds for one state of it only, and both updates move it forward:
// so nothing is charged twice from the same time on.
const owesNothing = '(attribute_not_exists(tat) OR tat <= :now)';
const owesNoMore = 'tat <= :owedUntil';

interface Charging {
  /** From when the charge counts: an operand. */
  readonly from: ':now' | 'tat';
  readonly set: string;
  readonly condition: string;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** The parts of an update that charge the account of its item. */
export function chargeOf({ now, costMs, owingMaxMs }: Charge): Charging {
  if (owingMaxMs === undefined) {
    const free = { from: ':now', set: 'tat = :free', condition: owesNothing } as const;
    return { ...free, values: { ':now': N(now), ':free': N(now + costMs) } };
  }
  const owing = { from: 'tat', set: 'tat = tat + :cost', condition: owesNoMore } as const;
  return { ...owing, values: { ':cost': N(costMs), ':owedUntil': N(now + owingMaxMs) } };
}

/** When the account of an item owes nothing; one that was never charged owes nothing at any time. */
export function tatOf(item: Item): number {
  return optionalNumber(item, 'tat') ?? 0;
}

/** Whether it was the item's account that spoke against the charge. */
export function objectsTo(item: Item, { now, owingMaxMs }: Charge): boolean {
  const tat = optionalNumber(item, 'tat');
  if (owingMaxMs === undefined) return tat !== undefined && tat > now;
  return tat === undefined || tat > now + owingMaxMs;
}
