import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Grants } from '../src/grants';

/** All that DynamoDB does with a table's key in the name of a caller (Developer Guide, "DynamoDB encryption at rest"), by name. */
const TABLE_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** A sender's (SQS Developer Guide, "Key management"). */
const QUEUE_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** What a function needs of the key beside its grants: only by way of the services whose data the key encrypts. */
export function keyStatements(scope: Construct, key: IKey | undefined, grants: Grants): PolicyStatement[] {
  if (key === undefined) return [];
  const { connections, byUser, chat, fanOut } = grants;
  return [
    ...(connections || byUser || chat ? [useOf(scope, key, { service: 'dynamodb', actions: TABLE_ACTIONS })] : []),
    ...(fanOut ? [toSendTo(scope, key)] : []),
  ];
}

/** What sending to an encrypted queue needs. */
export function toSendTo(scope: Construct, key: IKey): PolicyStatement {
  return useOf(scope, key, { service: 'sqs', actions: QUEUE_ACTIONS });
}

/** What reading the stream of an encrypted table needs. */
export function toReadStream(scope: Construct, key: IKey): PolicyStatement {
  return useOf(scope, key, { service: 'dynamodb', actions: ['kms:Decrypt'] });
}

interface Use {
  readonly service: 'dynamodb' | 'sqs';
  readonly actions: readonly string[];
}

function useOf(scope: Construct, key: IKey, { service, actions }: Use): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com` } },
  });
}

/** SQS encrypts by itself, with its own keys, if no other is given. TLS only, either way. */
export function queueEncryption(encryptionMasterKey: IKey | undefined): QueueProps {
  const encryption = encryptionMasterKey
    ? { encryption: QueueEncryption.KMS, encryptionMasterKey }
    : { encryption: QueueEncryption.SQS_MANAGED };
  return { ...encryption, enforceSSL: true };
}

/**
 * CloudWatch Logs uses a key in its own name, so the key's policy has to let it, for the log groups of this account alone
 * (CloudWatch Logs User Guide, "Encrypt log data"). A key that was made elsewhere is not changed: its owner adds this.
 */
export function letLogsUse(scope: Construct, key: IKey): void {
  const stack = Stack.of(scope);
  const groups = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
  );
}
