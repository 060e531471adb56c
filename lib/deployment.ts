import { Duration, type Environment, Stack, Token } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct, Node } from 'constructs';
import type { ChatApiProps } from './chat-api-props';
import { type ContextName, choiceOf, isAskedFor, matchOf, textOf, wholeNumberOf } from './context';
import type { ChatDomain } from './domain';
import { identityOf } from './identity';
import { observedOf } from './observed';
import { allowedOriginsOf } from './origins';
import { throttleFrom } from './throttle';
import { tunablesOf } from './tunables';

const DEFAULT_STAGE = 'dev';

/** As far as the names of stacks, stages and what is made of them allow it. */
const STAGE = { like: /^[a-z][a-z0-9-]{0,31}$/, as: 'up to 32 small letters, digits and hyphens, a letter first' };
const REGION = { like: /^[a-z]{2}(-[a-z]+)+-\d$/, as: 'a region, like eu-central-1' };
const DOMAIN = { like: /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, as: 'a name, like chat.example.com' };
const ZONE = { like: /^Z[A-Z0-9]{1,31}$/, as: 'the id of a hosted zone, like Z0123456789ABC' };
const CERTIFICATE = {
  like: /^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
  as: 'the ARN of a certificate of ACM',
};
const KEY = { like: /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, as: 'the ARN of a key of KMS' };

/** The stack's id: stages live beside each other in one account. */
export function stackIdOf(node: Node): string {
  const stage = stageOf(node);
  return stage === DEFAULT_STAGE ? 'Rollcall' : `Rollcall-${stage}`;
}

/** Where it goes. @default - the region of the credentials */
export function environmentOf(node: Node): Environment | undefined {
  const region = matchOf(node, 'region', REGION);
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  return region === undefined ? undefined : { region, ...(account !== undefined && { account }) };
}

/** The props that the context names. @throws with the name of what is wrong. */
export function propsOf(scope: Construct): ChatApiProps {
  const { node } = scope;
  const domain = domainOf(scope);
  const encryptionKey = matchOf(node, 'encryptionKey', KEY);
  const days = wholeNumberOf(node, 'dailyBackups');
  const allowedOrigins = allowedOriginsOf(node);
  const identity = identityOf(node);
  const passwords = choiceOf(node, 'passwords', ['true', 'false']);
  const throttle = throttleFrom(wholeNumberOf(node, 'ratePerSecond'), wholeNumberOf(node, 'burst'));
  return {
    ...tunablesOf(node),
    ...observedOf(node),
    stageName: stageOf(node),
    keepData: choiceOf(node, 'data', ['keep', 'drop']) !== 'drop',
    reservedConcurrency: isAskedFor(node, 'reservedConcurrency'),
    throttle,
    ...(allowedOrigins && { allowedOrigins }),
    ...(identity && { identity }),
    ...(passwords !== undefined && { passwords: passwords === 'true' }),
    ...(domain && { domain }),
    ...(days !== undefined && { dailyBackups: Duration.days(days) }),
    ...(encryptionKey !== undefined && { encryptionKey: Key.fromKeyArn(scope, 'EncryptionKey', encryptionKey) }),
    ...watchOf(node),
    ...logRetentionOf(node),
  };
}

function stageOf(node: Node): string {
  return matchOf(node, 'stage', STAGE) ?? DEFAULT_STAGE;
}

/** Who is told, and of how many dollars a month. */
function watchOf(node: Node): Pick<ChatApiProps, 'alarms' | 'monthlyBudgetUsd'> {
  const email = textOf(node, 'alarmsAddress');
  if (choiceOf(node, 'alarms', ['true', 'false']) === 'false') {
    refuseWithout(node, 'alarms', ['alarmsAddress', 'monthlyBudget']);
    return { alarms: false };
  }
  const monthlyBudgetUsd = wholeNumberOf(node, 'monthlyBudget');
  if (monthlyBudgetUsd !== undefined && email === undefined)
    throw new Error('The context monthlyBudget needs alarmsAddress: somebody has to be told.');
  return {
    ...(email !== undefined && { alarms: { email } }),
    ...(monthlyBudgetUsd !== undefined && { monthlyBudgetUsd }),
  };
}

/** @throws with the first of these that is given, although what it belongs to is not. */
function refuseWithout(node: Node, missing: ContextName, names: readonly ContextName[]): void {
  const lonely = names.find((name) => textOf(node, name) !== undefined);
  if (lonely !== undefined) throw new Error(`The context ${lonely} is of use only with ${missing}.`);
}

/** CloudWatch knows but certain numbers of days. */
function logRetentionOf(node: Node): Pick<ChatApiProps, 'logRetention'> {
  const logRetention = wholeNumberOf(node, 'logDays');
  if (logRetention === undefined) return {};
  const known = Object.values(RetentionDays).filter(
    (days) => typeof days === 'number' && days < RetentionDays.INFINITE,
  );
  if (known.includes(logRetention)) return { logRetention };
  throw new Error(`The context logDays must be one of ${known.join(', ')}, not "${logRetention}".`);
}

/** With a zone, the records are made, and the certificate too if there is none. */
function domainOf(scope: Construct): ChatDomain | undefined {
  const domainName = matchOf(scope.node, 'domain', DOMAIN);
  const certificateArn = matchOf(scope.node, 'certificate', CERTIFICATE);
  const hostedZoneId = matchOf(scope.node, 'zone', ZONE);
  if (domainName === undefined) {
    refuseWithout(scope.node, 'domain', ['certificate', 'zone']);
    return undefined;
  }
  // The name of the zone matters to nobody here: the record's own is whole.
  const hostedZone =
    hostedZoneId === undefined
      ? undefined
      : HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName: domainName });
  if (certificateArn !== undefined) {
    requireSameRegion(scope, certificateArn);
    const certificate = Certificate.fromCertificateArn(scope, 'Certificate', certificateArn);
    return { domainName, certificate, ...(hostedZone && { hostedZone }) };
  }
  if (hostedZone) {
    const validation = CertificateValidation.fromDns(hostedZone);
    return { domainName, certificate: new Certificate(scope, 'Certificate', { domainName, validation }), hostedZone };
  }
  throw new Error(
    'The context domain needs certificate (the ARN of one in the same region), or zone (its hosted zone).',
  );
}

/** API Gateway takes no certificate of another region; CloudFormation would say so after minutes. */
function requireSameRegion(scope: Construct, certificateArn: string): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || certificateArn.split(':')[3] === region) return;
  throw new Error(`The context certificate must be of the region ${region}: ${certificateArn} is not.`);
}
