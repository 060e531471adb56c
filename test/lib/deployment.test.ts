import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { App, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CONTEXT_NAMES } from '../../lib/context';
import { environmentOf, stackIdOf } from '../../lib/deployment';
import { RollcallStack } from '../../lib/rollcall-stack';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:123456789012:certificate/6f0e3f3c-0000-4000-8000-000000000000';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/6f0e3f3c-0000-4000-8000-000000000000';

const deployMd = readFileSync(join(__dirname, '../../DEPLOY.md'), 'utf8');
const cdkJson = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8'));

function appWith(context: Readonly<Record<string, unknown>>): App {
  return new App({ context: { 'aws:cdk:bundling-stacks': [], ...context } });
}

/** As `bin/rollcall.ts` makes it. */
function stackWith(context: Readonly<Record<string, unknown>>): RollcallStack {
  const app = appWith(context);
  const env = environmentOf(app.node);
  return new RollcallStack(app, stackIdOf(app.node), env && { env });
}

const templateWith = (context: Readonly<Record<string, unknown>>) => Template.fromStack(stackWith(context));

describe('the context', () => {
  it('names the stage, which has a stack of its own beside the others', () => {
    expect(stackWith({}).stackName).toBe('Rollcall');
    expect(stackWith({ stage: 'dev' }).stackName).toBe('Rollcall');
    expect(stackWith({ stage: 'live' }).stackName).toBe('Rollcall-live');
    templateWith({ stage: 'live' }).hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: 'live' });
  });

  it('names the region', () => {
    expect(stackWith({ region: 'eu-central-1' }).region).toBe('eu-central-1');
    expect(Token.isUnresolved(stackWith({}).region)).toBe(true);
  });

  it('keeps the data, unless it is told to drop them', () => {
    templateWith({}).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true, StreamSpecification: Match.anyValue() },
    });
    templateWith({ data: 'drop' }).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false, StreamSpecification: Match.anyValue() },
    });
  });

  it('names a domain with its certificate, and what its name is to be an alias of is told', () => {
    const template = templateWith({ domain: 'chat.example.com', certificate: CERTIFICATE });

    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'chat.example.com',
      DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL' }],
    });
    template.hasOutput('Url', { Value: 'wss://chat.example.com' });
    template.hasOutput('DomainTarget', {});
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
  });

  it('names a domain with its zone, where its record goes and what proves the certificate', () => {
    const template = templateWith({ domain: 'chat.example.com', zone: 'Z0123456789ABC' });

    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'chat.example.com.',
      HostedZoneId: 'Z0123456789ABC',
      Type: 'A',
    });
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'chat.example.com',
      DomainValidationOptions: [{ DomainName: 'chat.example.com', HostedZoneId: 'Z0123456789ABC' }],
    });
  });

  it('names a key, with which everything at rest is encrypted', () => {
    const template = templateWith({ encryptionKey: KEY });
    const of = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties);

    for (const { SSESpecification } of of('AWS::DynamoDB::Table'))
      expect(SSESpecification).toMatchObject({ KMSMasterKeyId: KEY, SSEType: 'KMS' });
    for (const { KmsMasterKeyId } of of('AWS::SQS::Queue')) expect(KmsMasterKeyId).toBe(KEY);
    for (const { KmsKeyId } of of('AWS::Logs::LogGroup')) expect(KmsKeyId).toBe(KEY);
  });

  it('names a throttle, how long logs are kept, daily backups, and reservations', () => {
    const template = templateWith({
      burst: '7',
      logDays: '7',
      dailyBackups: '400',
      reservedConcurrency: 'true',
    });

    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 7 },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 50 });
    template.hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: { BackupPlanRule: [Match.objectLike({ Lifecycle: { DeleteAfterDays: 400 } })] },
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['The context sweepPeroid is not known. There are: alarms, alarmsAddress, ', { sweepPeroid: '10' }],
    ['The context stage must be up to 32 small letters, digits and hyphens, a letter first', { stage: 'Live!' }],
    ['The context stage must be up to 32 small letters', { stage: `a${'b'.repeat(32)}` }],
    ['The context region must be a region, like eu-central-1, not "Frankfurt".', { region: 'Frankfurt' }],
    ['The context data must be keep or drop, not "delete".', { data: 'delete' }],
    ['The context domain needs certificate (the ARN', { domain: 'chat.example.com' }],
    ['The context domain must be a name, like chat.example.com, not "https:', { domain: 'https://chat.example.com' }],
    ['The context certificate must be the ARN', { domain: 'chat.example.com', certificate: 'mine' }],
    ['The context zone must be the id of a hosted zone', { domain: 'chat.example.com', zone: 'example.com' }],
    ['The context zone is of use only with domain.', { zone: 'Z0123456789ABC' }],
    ['The context certificate is of use only with domain.', { certificate: CERTIFICATE }],
    [
      'The context certificate must be of the region us-east-1',
      { region: 'us-east-1', domain: 'chat.example.com', certificate: CERTIFICATE },
    ],
    ['The context encryptionKey must be the ARN of a key of KMS, not "alias/mine".', { encryptionKey: 'alias/mine' }],
    ['The context reservedConcurrency must be true or false, not "yes".', { reservedConcurrency: 'yes' }],
    ['The context logDays must be one of 1, 3, 5, 7, ', { logDays: '2' }],
    ['The context burst must be a whole number, not "-1".', { burst: '-1' }],
    ['ChatApi: throttle.burst must be a whole number from 1, not 0.', { burst: '0' }],
    ['ChatApi: dailyBackups must be kept for a whole number of days from 1, not 0.', { dailyBackups: '0' }],
    ['The context stage must be text, not ["live"].', { stage: ['live'] }],
  ])('is refused where it cannot be meant: %s', (message, context) => {
    expect(() => stackWith(context)).toThrow(message);
  });

  it('is told of in DEPLOY.md, each name of it', () => {
    const names = [...deployMd.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) => [
      ...String(cell).matchAll(/`(\w+)`/g),
    ]);

    expect(names.map(([, name]) => name)).toEqual(expect.arrayContaining([...CONTEXT_NAMES]));
  });

  it('may hold what is not ours: the flags of cdk.json, and the look-ups of other apps', () => {
    const theirs = { 'availability-zones:account=1:region=eu-central-1': [], 'acknowledged-issue-numbers': [1] };

    expect(() => stackWith({ ...cdkJson.context, ...theirs })).not.toThrow();
  });
});
