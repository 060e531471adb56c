import { Aws, Stack, Validations } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import type { Queues } from './queues';
import type { Tables } from './tables';

/**
 * What the rules of cdk-nag's AwsSolutions pack find, and why it stays. Each reason names its evidence, which `test/lib/nag.test.ts` looks up. It
 * stands in the constructs, so that whoever checks a stack of theirs is not asked to judge ours.
 */
const REASONS = {
  connections:
    'It holds who is connected now, and goes with the stack (test/lib/stack.test.ts › Connections has its key and its index, is on demand, expires nothing and goes with the stack)',
  deadLetters:
    'It is where failures of the announcer go (test/lib/tasks.test.ts › gathers for the window, and gives up on what fails for ten minutes, into a queue)',
  routes:
    'API Gateway authorizes $connect alone, and with an identity it does. Every other route asks whose the connection is (test/domain/presence.test.ts › is refused before a login, and the socket stays open)',
  accessLogs:
    'They need a role of the whole account, which is not for a construct to set. Each invocation is a line of the function’s log (test/lambdas/lines.test.ts › that is refused counts the code; what it reports on the way has its ids)',
  sockets:
    'Which connections of the stage there will be, nobody knows (test/lib/stack.test.ts › has no wildcard in an action, and none in a resource but the one for connections)',
  tracing: 'X-Ray’s two actions take no resource (test/lib/watch.test.ts › may write traces only if X-Ray follows it)',
  backups: 'AWS Backup’s own policy for its role, kept up by AWS (AWS Backup Developer Guide, "Managed policies")',
  publicFiles:
    'It holds what everybody may read, and hands it to the distribution only (test/lib/chat-page.test.ts › is read by this distribution alone)',
  everywhere:
    'From where people chat is for the deployer to say (Amazon CloudFront Developer Guide, "Geographic restrictions")',
  staticFiles:
    'It serves static files, to GET and HEAD alone (test/lib/chat-page.test.ts › serves by HTTPS of today, and nothing but GET and HEAD)',
  defaultCertificate:
    'By its own domain name, CloudFront decides on TLS itself (Amazon CloudFront Developer Guide, "Supported protocols and ciphers")',
  uploader: 'The CDK’s own, which copies the page’s files while deploying (AWS CDK, "aws-s3-deployment")',
} as const;

type Reason = keyof typeof REASONS;

function acknowledge(construct: IConstruct, id: string, reason: Reason): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${id}`, reason: REASONS[reason] });
}

interface Api extends IConstruct {
  readonly webSocketApi: IConstruct;
  readonly stage: IConstruct;
  readonly tables: Tables;
  readonly queues: Queues;
}

/** Of `ChatApi`. */
export function acknowledgeApi(api: Api, socketArns: readonly string[]): void {
  acknowledge(api.tables.connections, 'DDB3', 'connections');
  acknowledge(api.queues.unannounced, 'SQS3', 'deadLetters');
  acknowledge(api.webSocketApi, 'APIG4', 'routes');
  acknowledge(api.stage, 'APIG1', 'accessLogs');
  for (const arn of socketArns) acknowledge(api, `IAM5[Resource::${asFound(api, arn)}]`, 'sockets');
}

export function acknowledgeTracing(role: IConstruct): void {
  acknowledge(role, 'IAM5[Resource::*]', 'tracing');
}

export function acknowledgeBackups(selection: IConstruct): void {
  const policy = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup';
  acknowledge(selection, `IAM4[Policy::${policy}]`, 'backups');
}

/** Of `ChatPage`. */
export function acknowledgePage(bucket: IConstruct, distribution: IConstruct): void {
  acknowledge(bucket, 'S1', 'publicFiles');
  acknowledge(distribution, 'CFR1', 'everywhere');
  acknowledge(distribution, 'CFR2', 'staticFiles');
  acknowledge(distribution, 'CFR3', 'staticFiles');
  acknowledge(distribution, 'CFR4', 'defaultCertificate');
}

/** Of what the CDK adds to a stack for the page's files: all uploads of a stack share it, so it is for the stack to say. */
export function acknowledgeUploader(stack: Stack, bucket: IBucket): void {
  const uploader = stack.node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
  if (uploader === undefined) throw new Error('Nothing uploads the page’s files.');
  const { bootstrapQualifier: qualifier = 'hnb659fds' } = stack.synthesizer;
  const assets = `arn:${Aws.PARTITION}:s3:::cdk-${qualifier}-assets-${stack.account}-${stack.region}/*`;
  const resources = [assets, `${bucket.bucketArn}/*`].map((arn) => `IAM5[Resource::${asFound(stack, arn)}]`);
  const actions = ['Abort*', 'DeleteObject*', 'GetBucket*', 'GetObject*', 'List*'].map(
    (name) => `IAM5[Action::s3:${name}]`,
  );
  const policy = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  for (const finding of ['L1', 'IAM5[Resource::*]', `IAM4[Policy::${policy}]`, ...actions, ...resources])
    acknowledge(uploader, finding, 'uploader');
}

/** As cdk-nag writes an ARN that only the deployment knows: references between angle brackets. */
function asFound(scope: IConstruct, arn: string): string {
  const resolved: string | { readonly 'Fn::Join': readonly [string, readonly Part[]] } = Stack.of(scope).resolve(arn);
  if (typeof resolved === 'string') return resolved;
  return resolved['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : `<${nameOf(part)}>`)).join('');
}

type Reference = { readonly Ref: string } | { readonly 'Fn::GetAtt': readonly [string, string] };
type Part = string | Reference;

function nameOf(reference: Reference): string {
  return 'Ref' in reference ? reference.Ref : reference['Fn::GetAtt'].join('.');
}
