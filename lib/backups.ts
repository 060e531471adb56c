import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { acknowledgeBackups } from './acknowledged';

/** AWS Backup counts in days. */
const DAY_MS = Duration.days(1).toMilliseconds();

interface BackupsProps {
  readonly table: Table;
  readonly keepFor: Duration;
  readonly encryptionKey: IKey | undefined;
}

/**
 * A copy a day in a vault that outlives the stack: for what point-in-time recovery, which goes back 35 days at most, does not reach.
 *
 * @throws for a time that is no whole number of days.
 */
export function createBackups(scope: Construct, { table, keepFor, encryptionKey }: BackupsProps): void {
  const days = keepFor.toMilliseconds() / DAY_MS;
  if (!(Number.isInteger(days) && days >= 1)) {
    throw new Error(`ChatApi: dailyBackups must be kept for a whole number of days from 1, not ${days}.`);
  }
  const backupVault = new BackupVault(scope, 'BackupVault', {
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  });
  const plan = new BackupPlan(scope, 'BackupPlan', { backupVault });
  // When most of the world's evenings are over; it reads no capacity of the table.
  const scheduleExpression = Schedule.cron({ hour: '5', minute: '0' });
  plan.addRule(new BackupPlanRule({ ruleName: 'daily', scheduleExpression, deleteAfter: Duration.days(days) }));
  acknowledgeBackups(plan.addSelection('Chat', { resources: [BackupResource.fromDynamoDbTable(table)] }));
}
