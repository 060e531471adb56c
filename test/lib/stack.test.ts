import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { lambdaFile, type RouteKey, repliesToClient } from '../../lib/route-key';
import type { Grants } from '../../src/grants';
import * as routes from '../../src/routes';
import * as tasks from '../../src/tasks';

const root = join(__dirname, '../..');
const template = Template.fromJSON(JSON.parse(readFileSync(String(process.env.ROLLCALL_TEST_TEMPLATE), 'utf8')));
const routeKeys = Object.keys(routes) as RouteKey[];

/** Every Lambda: the row that it serves, with the file that it is in. */
const rows = [
  ...routeKeys.map((routeKey) => ({ file: lambdaFile(routeKey), grants: routes[routeKey].grants as Grants })),
  ...Object.entries(tasks).map(([file, { grants }]) => ({ file, grants: grants as Grants })),
];

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** What these tests look at in the properties of a resource, whichever it is. */
interface Properties {
  readonly RouteKey: RouteKey;
  readonly Target: { readonly 'Fn::Join': readonly [string, readonly [string, { readonly Ref: string }]] };
  readonly IntegrationType: string;
  readonly RouteResponseSelectionExpression?: string;
  readonly RouteId: { readonly Ref: string };
  readonly LoggingConfig?: object;
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly ManagedPolicyArns?: unknown;
}

function resources(type: string): (Properties & { readonly id: string })[] {
  const found = template.findResources(type) as unknown as Record<string, { readonly Properties: Properties }>;
  return Object.entries(found).map(([id, { Properties }]) => ({ id, ...Properties }));
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

describe('the API', () => {
  it('has the routes of the table, each with a Lambda behind it', () => {
    const integrations = new Map(
      resources('AWS::ApiGatewayV2::Integration').map((integration) => [integration.id, integration]),
    );
    const found = resources('AWS::ApiGatewayV2::Route').map(({ RouteKey, Target }) => {
      const [, [, { Ref }]] = Target['Fn::Join'];
      return [RouteKey, integrations.get(Ref)?.IntegrationType];
    });

    expect(found.sort()).toEqual(routeKeys.map((routeKey) => [routeKey, 'AWS_PROXY']).sort());
  });

  it('answers on every route but $connect and $disconnect', () => {
    const twoWay = resources('AWS::ApiGatewayV2::Route').filter(
      (route) => route.RouteResponseSelectionExpression === '$default',
    );
    const responses = resources('AWS::ApiGatewayV2::RouteResponse').map(({ RouteId }) => RouteId.Ref);

    expect(twoWay.map(({ RouteKey }) => RouteKey).sort()).toEqual(routeKeys.filter(repliesToClient).sort());
    expect(responses.sort()).toEqual(twoWay.map(({ id }) => id).sort());
  });

  it('selects routes by the action, and deploys itself to the stage dev', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { RouteSelectionExpression: '$request.body.action' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: 'dev', AutoDeploy: true });
  });

  it('tells its URL and its tables', () => {
    expect(Object.keys(template.toJSON().Outputs).sort()).toEqual(['ChatTable', 'ConnectionsTable', 'Url']);
  });
});

describe('a Lambda', () => {
  it.each(rows)('in $file has a file of its own, and the runtime of all', ({ file }) => {
    const [lambda] = lambdasIn(file);

    expect(existsSync(join(root, 'lambdas', `${file}.ts`))).toBe(true);
    expect(lambda).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    expect(lambda?.LoggingConfig).toBeDefined();
  });

  it.each(routeKeys)('of %s ends long before API Gateway gives up', (routeKey) => {
    // Whoever hashes passwords has a whole core.
    const MemorySize = ['login', 'reg', 'passwd'].includes(routeKey) ? 1_769 : 512;
    expect(lambdasIn(lambdaFile(routeKey))).toMatchObject([{ Timeout: 10, MemorySize }]);
  });

  it.each(rows)('in $file may do what its row names, on what it names, and nothing else', ({ file, grants }) => {
    expect(permissionsOf(file)).toEqual(permissionsIn(grants));
  });

  it('has no wildcard in an action, and none in a resource but the one for connections', () => {
    const statements = resources('AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const texts = statements.flatMap(({ Resource }) => list(Resource)).map((resource) => JSON.stringify(resource));

    expect(statements.flatMap(({ Action }) => list(Action)).join()).not.toContain('*');
    expect(
      texts.filter((text) => text.includes('*') && !/\/(GET|POST|DELETE)\/@connections\/\*"\]\]\}$/.test(text)),
    ).toEqual([]);
    expect(resources('AWS::IAM::Role').filter(({ ManagedPolicyArns }) => ManagedPolicyArns)).toEqual([]);
  });
});

describe('the table', () => {
  it('Connections has its key and its index, is on demand, expires nothing and goes with the stack', () => {
    const [table] = tablesNamed('Connections');

    expect(table?.Properties).toMatchObject({
      KeySchema: [{ AttributeName: 'connectionId', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byUser',
          KeySchema: [
            { AttributeName: 'userId', KeyType: 'HASH' },
            { AttributeName: 'connectedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['sourceIp', 'userAgent'] },
        },
      ],
    });
    expect(table?.Properties).not.toHaveProperty('TimeToLiveSpecification');
    expect(table?.DeletionPolicy).toBe('Delete');
  });

  it('Chat has its keys, is on demand, can be restored to any second, streams both images and outlives the stack', () => {
    const [table] = tablesNamed('Chat');

    expect(table?.Properties).toMatchObject({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expect(table?.DeletionPolicy).toBe('Retain');
  });
});

describe('cdk.json', () => {
  it('synthesises what these tests look at', () => {
    const { app, context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-synth-'));
    const CDK_CONTEXT_JSON = JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] });
    const [command, ...args] = app.split(' ');

    execFileSync(command, args, {
      cwd: root,
      env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON, CDK_VALIDATION: 'false' },
      stdio: 'pipe',
    });

    const synthesised = JSON.parse(readFileSync(join(folder, 'Rollcall.template.json'), 'utf8'));
    rmSync(folder, { recursive: true });
    expect(withoutAssets(synthesised)).toEqual(withoutAssets(template.toJSON()));
  });
});

function tablesNamed(id: string) {
  const tables = Object.entries(template.findResources('AWS::DynamoDB::Table'));
  return tables.filter(([logicalId]) => logicalId.startsWith(`ChatApi${id}`)).map(([, table]) => table);
}

/** `add-friend` has the construct id `AddFriend`. */
function idOf(file: string): string {
  return file
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function lambdasIn(file: string) {
  return resources('AWS::Lambda::Function').filter(({ id }) => id.startsWith(`ChatApi${idOf(file)}Function`));
}

/** `action on resource`, sorted, as the template grants them; without the writing of logs, and what the stream's mapping needs. */
function permissionsOf(file: string): string[] {
  const policy = resources('AWS::IAM::Policy').find(({ id }) => id.startsWith(`ChatApi${idOf(file)}RoleDefaultPolicy`));
  const statements = policy?.PolicyDocument.Statement ?? [];
  return statements
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((resource) => `${action} on ${nameOf(resource)}`)),
    )
    .filter((permission) => !/^logs:| on (stream|Unannounced)$|^sqs:(?!SendMessage )/.test(permission))
    .sort();
}

function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  if (text.includes('StreamArn')) return 'stream';
  if (text.includes('ChatApiUnannounced')) return 'Unannounced';
  if (text.includes('ChatApiFanOut')) return 'FanOut';
  if (text.includes('@connections')) return text.replace(/.*\/dev\/(\w+)\/@connections.*/, '$1');
  return text.replace(/.*"ChatApi(Connections|Chat)[0-9A-F]{8}".*?(\/index\/\w+)?"?\]*\}*$/, '$1$2');
}

function permissionsIn({ connections = [], byUser = [], chat = [], fanOut = [], sockets = [] }: Grants): string[] {
  return [
    ...connections.map((action) => `${action} on Connections`),
    ...byUser.map((action) => `${action} on Connections/index/byUser`),
    ...chat.map((action) => `${action} on Chat`),
    ...fanOut.map((action) => `${action} on FanOut`),
    ...sockets.map((method) => `execute-api:ManageConnections on ${method}`),
  ].sort();
}

/** The code's hash differs with the folder that was not bundled; everything else has to be the same. */
function withoutAssets(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/[0-9a-f]{64}/g, 'asset'));
}
