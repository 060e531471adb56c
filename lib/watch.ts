import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ChatAlarms } from './alarms';
import { createBudget } from './budget';
import { createDashboard } from './dashboard';
import type { Watched } from './metrics';

export interface WatchProps {
  /**
   * Who is told of alarms: an address, which AWS asks to confirm, or a topic of one's own, which must let CloudWatch publish. `false`: there
   * are none (RUNBOOK.md has what they cost).
   *
   * @default - alarms that tell nobody: they are on the dashboard
   */
  readonly alarms?: Recipient | false;
  /** One dashboard, of which an account has three for nothing. @default true */
  readonly dashboard?: boolean;
  /** Tells the alarms' address or topic when the whole account's month comes near to this. @default - no budget */
  readonly monthlyBudgetUsd?: number;
}

export type Recipient =
  | { readonly email: string; readonly topic?: never }
  | { readonly topic: ITopic; readonly email?: never };

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Alarms, dashboard and budget: what tells people how it goes. */
export function watchOver(scope: Construct, watched: Watched, props: WatchProps): void {
  const { alarms: recipient, dashboard = true, monthlyBudgetUsd } = props;
  const topic = recipient ? topicOf(scope, recipient) : undefined;
  const alarms = recipient === false ? undefined : new ChatAlarms(scope, 'Alarms', { watched, topic });
  if (dashboard) createDashboard(scope, watched, alarms);
  if (monthlyBudgetUsd === undefined) return;
  if (!recipient)
    throw new Error('ChatApi: monthlyBudgetUsd needs alarms: an address or a topic, or nobody would be told.');
  const subscriber = recipient.email
    ? { subscriptionType: 'EMAIL', address: recipient.email }
    : { subscriptionType: 'SNS', address: recipient.topic?.topicArn ?? '' };
  createBudget(scope, { monthlyUsd: monthlyBudgetUsd, subscriber });
}

function topicOf(scope: Construct, { email, topic }: Recipient): ITopic {
  if (topic !== undefined) return topic;
  if (!EMAIL.test(email)) throw new Error(`ChatApi: alarms.email must be an address, not ${JSON.stringify(email)}.`);
  // TLS only. With a policy of its own, the topic no longer takes what the account may send to any other: CloudWatch is let in.
  const own = new Topic(scope, 'AlarmTopic', { displayName: 'Rollcall', enforceSSL: true });
  own.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  own.addSubscription(new EmailSubscription(email));
  return own;
}
