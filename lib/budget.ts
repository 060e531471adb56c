import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';

export interface BudgetProps {
  readonly monthlyUsd: number;
  /** Who is told: `EMAIL` and an address, or `SNS` and a topic's ARN. */
  readonly subscriber: CfnBudget.SubscriberProperty;
}

/** Told while something can still be done: of what is spent, and of what will be. */
const NOTIFICATIONS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'FORECASTED', threshold: 100 },
];

/** A budget of the whole account: AWS can only tell what belongs to one stack by tags that somebody has activated for it. */
export function createBudget(scope: Construct, { monthlyUsd, subscriber }: BudgetProps): CfnBudget {
  if (!Number.isFinite(monthlyUsd) || monthlyUsd <= 0)
    throw new Error(`ChatApi: monthlyBudgetUsd must be a number above 0, not ${monthlyUsd}.`);
  return new CfnBudget(scope, 'Budget', {
    budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: monthlyUsd, unit: 'USD' } },
    notificationsWithSubscribers: NOTIFICATIONS.map((notification) => ({
      notification: { ...notification, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers: [subscriber],
    })),
  });
}
