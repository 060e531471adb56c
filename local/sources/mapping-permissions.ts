/**
 * What the role of a mapping's function must allow. Lambda polls the source as that role, and refuses to create a mapping
 * that it could not poll (AWS Lambda guide, "Execution role permissions" of each source).
 */
import type { LambdaDescription } from '../app/description';
import { type Resource, Unsupported } from '../app/template';
import { isAllowed } from '../iam/policy';

const STREAM = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'];
const QUEUE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const DESTINATION = ['sqs:SendMessage'];

export interface Polled {
  readonly mapping: Resource;
  /** Whose role it is. Without statements, as in no template, it may do everything. */
  readonly lambda: LambdaDescription | undefined;
  readonly arn: string;
}

/** @throws Unsupported */
export function requireStreamAccess(polled: Polled): void {
  require(polled, STREAM);
}

/** @throws Unsupported */
export function requireQueueAccess(polled: Polled): void {
  require(polled, QUEUE);
}

/** @throws Unsupported */
export function requireDestinationAccess(polled: Polled): void {
  require(polled, DESTINATION);
}

function require({ mapping, lambda, arn }: Polled, actions: readonly string[]): void {
  const { statements, roleName } = lambda ?? {};
  if (statements === undefined) return;
  const missing = actions.filter((action) => !isAllowed(statements, { action, resource: arn }));
  if (missing.length === 0) return;
  throw new Unsupported(
    mapping,
    `the role of its function (${roleName}) does not allow ${missing.join(', ')} on ${arn}`,
  );
}
