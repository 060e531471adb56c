import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ChatApi } from '../../lib/chat-api';
import { lambdaFile, type RouteKey } from '../../lib/route-key';
import { readTemplate } from '../../local/app/read-template';
import type { Grants } from '../../src/grants';
import * as routes from '../../src/routes';
import * as tasks from '../../src/tasks';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, unknown>> };
}

const rows = Object.entries({ ...routes, ...tasks }).map(([name, { grants }]) => ({
  file: name in routes ? lambdaFile(name as RouteKey) : name,
  grants: grants as Grants,
}));

let template: Template;

beforeAll(() => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
  const certificate = Certificate.fromCertificateArn(
    stack,
    'Certificate',
    'arn:aws:acm:us-east-1:123456789012:certificate/c',
  );
  new ChatApi(stack, 'ChatApi', {
    encryptionKey: new Key(stack, 'Key'),
    dailyBackups: Duration.days(400),
    domain: { domainName: 'chat.example.com', certificate },
  });
  template = Template.fromStack(stack);
});

/** What the role of a file may do with keys: `kms:Decrypt by dynamodb`, sorted. */
function keyPermissionsOf(file: string): string[] {
  const id = `ChatApi${file.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}RoleDefaultPolicy`;
  const [, policy] =
    Object.entries(template.findResources('AWS::IAM::Policy')).find(([name]) => name.startsWith(id)) ?? [];
  const statements: readonly Statement[] = policy?.Properties.PolicyDocument.Statement ?? [];
  return statements.flatMap(({ Action, Condition }) => {
    const via = JSON.stringify(Condition?.StringEquals?.['kms:ViaService'] ?? 'anything').replace(
      /.*"(\w+)\.".*/,
      '$1',
    );
    return [Action].flat().flatMap((action) => (action.startsWith('kms:') ? [`${action} by ${via}`] : []));
  });
}

const DYNAMODB = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'];

describe('with a key of one’s own', () => {
  it.each(rows)('$file may use it only by way of what its row lets it use', ({ file, grants }) => {
    const usesTable = grants.connections ?? grants.byUser ?? grants.chat;
    const expected = [
      ...(usesTable ? DYNAMODB.map((action) => `kms:${action} by dynamodb`) : []),
      ...(grants.fanOut || file === 'announce' ? ['kms:Decrypt by sqs', 'kms:GenerateDataKey by sqs'] : []),
      // Lambda itself takes the jobs, in the name of the worker.
      ...(file === 'fan-out' ? ['kms:Decrypt by "anything"'] : []),
    ];

    expect([...new Set(keyPermissionsOf(file))].sort()).toEqual(expected.sort());
  });

  it('lets CloudWatch Logs use the key for the log groups of this account, and nobody else', () => {
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    const statements: readonly (Statement & { readonly Principal: unknown })[] = key?.Properties.KeyPolicy.Statement;
    const forServices = statements.filter(({ Principal }) => JSON.stringify(Principal).includes('Service'));

    expect(forServices).toHaveLength(1);
    expect(JSON.stringify(forServices[0]?.Principal)).toContain('logs.');
    expect(JSON.stringify(forServices[0]?.Condition)).toMatch(
      /kms:EncryptionContext:aws:logs:arn.*AccountId.*:log-group:\*/,
    );
  });

  it('copies are encrypted with it, too, and outlive the stack', () => {
    template.hasResource('AWS::Backup::BackupVault', {
      DeletionPolicy: 'Retain',
      Properties: { EncryptionKeyArn: {} },
    });
  });

  it('is served on a laptop all the same, where nothing is encrypted, copied or named', () => {
    const source = { assets: { folder: '/', pathOf: new Map() }, stackName: 'Theirs', localHost: 'localhost:3001' };

    const app = readTemplate({
      template: template.toJSON(),
      ...source,
      region: 'us-east-1',
      accountId: '123456789012',
    });

    expect(app.functions.size).toBe(rows.length);
    const [statements] = [...app.functions.values()].map((lambda) => lambda.statements ?? []);
    expect(JSON.stringify(statements)).not.toContain('kms:');
  });
});
