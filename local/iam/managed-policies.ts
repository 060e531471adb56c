/**
 * The managed policies that AWS keeps for Lambda's own needs (AWS Managed Policy Reference Guide). Whatever else a role
 * names would have to be copied from there first: a policy that is not known cannot be enforced.
 */
import { parsePolicy, type Statement } from './policy';

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const ACTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['AWSLambdaBasicExecutionRole', LOGS],
  [
    'AWSLambdaDynamoDBExecutionRole',
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams', ...LOGS],
  ],
  ['AWSLambdaSQSQueueExecutionRole', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...LOGS]],
]);

const ARN = /^arn:aws[a-z-]*:iam::aws:policy\/service-role\/(\w+)$/;

/** Undefined for a policy that is not one of the few. */
export function managedPolicy(arn: string): readonly Statement[] | undefined {
  const actions = ACTIONS.get(ARN.exec(arn)?.[1] ?? '');
  return actions && parsePolicy({ Statement: { Effect: 'Allow', Action: actions, Resource: '*' } });
}
