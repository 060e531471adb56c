import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { App, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { RollcallStack } from '../../lib/rollcall-stack';

const root = join(__dirname, '../..');

const EVERYTHING = {
  page: 'true',
  domain: 'chat.example.com',
  zone: 'Z0123456789ABC',
  dailyBackups: '400',
  encryptionKey: 'arn:aws:kms:eu-central-1:123456789012:key/6f0e3f3c-0000-4000-8000-000000000000',
  issuer: 'https://issuer.example',
  audience: 'chat',
  passwords: 'true',
  alarmsAddress: 'ops@example.com',
  monthlyBudget: '20',
  tracing: 'true',
  reservedConcurrency: 'true',
  allowedOrigins: 'https://chat.example.com',
  stage: 'live',
};

function appWith(context: object, env?: { readonly region: string; readonly account: string }): App {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], ...context } });
  new RollcallStack(app, 'Rollcall', env && { env });
  return app;
}

/** What the pack reports, of which the CDK's types know but a part. */
interface Violation {
  readonly ruleName: string;
  readonly violatingResources: readonly { readonly constructPath: string }[];
}

/** Rule and place of each finding that nobody has answered for. */
function findingsIn(app: App): readonly string[] {
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return (violations as unknown as readonly Violation[]).flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} in ${constructPath}`),
  );
}

function acknowledgedIn(
  app: App,
): readonly { readonly id: string; readonly reason: string; readonly construct: IConstruct }[] {
  return app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Readonly<Record<string, string>>))
      .map(([id, reason]) => ({ id, reason, construct })),
  );
}

describe('the rules of cdk-nag', () => {
  it.each<[string, object, Parameters<typeof appWith>[1]]>([
    ['as it is by default', {}, undefined],
    ['with everything on', EVERYTHING, undefined],
    ['with everything on, in a region that is named', EVERYTHING, { region: 'eu-central-1', account: '123456789012' }],
  ])('find nothing that is not answered for, %s', (_, context, env) => {
    expect(findingsIn(appWith(context, env))).toEqual([]);
  });

  it('find what nobody has answered for', () => {
    const app = appWith({});
    new Queue(app.node.findChild('Rollcall') as RollcallStack, 'Loose');

    expect(findingsIn(app)).toEqual([
      'AwsSolutions-SQS3 in Rollcall/Loose/Resource',
      'AwsSolutions-SQS4 in Rollcall/Loose/Resource',
    ]);
  });

  it('are answered by a test that is there, or by AWS’s own pages', () => {
    const reasons = new Set(acknowledgedIn(appWith(EVERYTHING)).map(({ reason }) => reason));

    expect(reasons.size).toBeGreaterThan(8);
    for (const reason of reasons) {
      const [, file, name] = /\((test\/\S+\.test\.ts) › (.+)\)$/.exec(reason) ?? [];
      if (file === undefined) expect(reason).toMatch(/\((Amazon|AWS) [^"]+, ".+"\)$/);
      else expect(readFileSync(join(root, file), 'utf8')).toContain(`'${name}'`);
    }
  });
});
