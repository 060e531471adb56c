import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { chatTemplate, type Resource } from '../../fixtures/app/chat-template';
import { chatTemplateWith, readLocally } from '../../fixtures/app/read-chat';

function withResource(logicalId: string, resource: Resource) {
  return chatTemplateWith({ [logicalId]: resource });
}

function withProperty(logicalId: string, name: string, value: unknown) {
  const template = chatTemplate();
  const { Properties, Type } = template.Resources[logicalId] as Resource;
  return withResource(logicalId, { Type, Properties: { ...Properties, [name]: value } });
}

describe('readTemplate', () => {
  it('reads the API and its stage', () => {
    const app = readLocally(chatTemplate());

    expect(app).toMatchObject({
      stackName: 'Rollcall',
      apiId: 'local00000',
      stage: 'dev',
      routeSelectionExpression: '$request.body.action',
    });
  });

  it('lays out code that stands in the template itself, the same text in the same folder', () => {
    const source = 'exports.handler = async () => ({ statusCode: 200 });';
    const codeOf = (code: object) =>
      readLocally(withProperty('Login', 'Code', code)).functions.get('Login')?.codeDirectory ?? '';

    const folder = codeOf({ ZipFile: source });

    expect(readFileSync(join(folder, 'index.js'), 'utf8')).toBe(source);
    expect(codeOf({ ZipFile: { 'Fn::Join': ['', [source.slice(0, 9), source.slice(9)]] } })).toBe(folder);
    expect(codeOf({ ZipFile: `${source}\n` })).not.toBe(folder);
  });

  it('reads each route with its function, and whether it returns a response', () => {
    const { routes } = readLocally(chatTemplate());

    expect([...routes.values()]).toEqual([
      { routeKey: '$connect', functionId: 'Connect', integrationTimeoutMs: 29_000, returnsResponse: false },
      { routeKey: 'login', functionId: 'Login', integrationTimeoutMs: 29_000, returnsResponse: true },
    ]);
  });

  it('reads an integration timeout', () => {
    const { routes } = readLocally(withProperty('LoginIntegration', 'TimeoutInMillis', 5_000));

    expect(routes.get('login')?.integrationTimeoutMs).toBe(5_000);
  });

  it('reads a function, with the API’s own URLs replaced by the local ones', () => {
    const { functions } = readLocally(chatTemplate());

    expect(functions.get('Login')).toEqual({
      logicalId: 'Login',
      functionName: 'Rollcall-Login-LOCAL',
      codeDirectory: '/cdk.out/asset.abc',
      handler: 'index.handler',
      environment: {
        CHAT_TABLE: 'Rollcall-Chat-LOCAL',
        CALLBACK_URL: 'http://localhost:3001/dev',
        CLIENT_URL: 'ws://localhost:3001/dev',
      },
      timeoutMs: 10_000,
      memoryMb: 256,
      roleName: 'Rollcall-Role-LOCAL',
      statements: [],
    });
  });

  it('prefers the asset path in the metadata', () => {
    const template = chatTemplate();
    const login = { ...(template.Resources.Login as Resource), Metadata: { 'aws:asset:path': 'asset.other' } };

    const { functions } = readLocally(withResource('Login', login));

    expect(functions.get('Login')?.codeDirectory).toBe('/cdk.out/asset.other');
  });

  it('reads a table with its index, ready to create', () => {
    const [connections] = readLocally(chatTemplate()).tables;

    expect(connections).toEqual({
      logicalId: 'Connections',
      tableName: 'Rollcall-Connections-LOCAL',
      createTable: {
        TableName: 'Rollcall-Connections-LOCAL',
        ...chatTemplate().Resources.Connections?.Properties,
      },
    });
  });

  it('reads a global table as a table with a stream', () => {
    const [, chat] = readLocally(chatTemplate()).tables;

    expect(chat?.createTable).toMatchObject({
      TableName: 'Rollcall-Chat-LOCAL',
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect(chat?.createTable).not.toHaveProperty('Replicas');
  });

  it.each(['AWS::Events::EventBus', 'AWS::Kinesis::Stream', 'Custom::Anything'])(
    'refuses a resource of type %s by name',
    (type) => {
      const template = withResource('Extra', { Type: type, Properties: {} });

      expect(() => readLocally(template)).toThrow(`${type} Extra: this type of resource is not supported locally`);
    },
  );

  describe('of a topic', () => {
    const topic = { Type: 'AWS::SNS::Topic', Properties: {} };
    const subscription = (Protocol: string) => ({
      Type: 'AWS::SNS::Subscription',
      Properties: { Protocol, TopicArn: { Ref: 'Alarms' } },
    });
    const withTopic = (extra: Record<string, Resource> = {}) => {
      const template = withResource('Alarms', topic);
      return { ...template, Resources: { ...template.Resources, ...extra } };
    };

    it.each(['email', 'https'])('that tells people of alarms needs nothing, by %s', (protocol) => {
      const Budget = { Type: 'AWS::Budgets::Budget', Properties: { Topic: { Ref: 'Alarms' } } };

      expect(readLocally(withTopic({ Mail: subscription(protocol), Budget })).functions.size).toBeGreaterThan(0);
    });

    it.each(['lambda', 'sqs'])('refuses a subscriber by %s', (protocol) => {
      expect(() => readLocally(withTopic({ Heard: subscription(protocol) }))).toThrow(
        `AWS::SNS::Subscription Heard: protocol ${protocol} is not supported locally`,
      );
    });

    it.each([{ Ref: 'Alarms' }, { 'Fn::GetAtt': ['Alarms', 'TopicName'] }, { 'Fn::Sub': `x\${Alarms}` }])(
      'refuses one that a function uses: %j',
      (Resource) => {
        const Properties = { PolicyDocument: { Statement: [{ Action: 'sns:Publish', Resource }] } };

        expect(() => readLocally(withTopic({ Publish: { Type: 'AWS::IAM::Policy', Properties } }))).toThrow(
          'AWS::SNS::Topic Alarms: topics are not supported locally, and Publish uses it',
        );
      },
    );
  });

  it.each([
    ['LoginRoute', 'AuthorizationType', 'AWS_IAM', 'AuthorizationType AWS_IAM is not supported locally'],
    ['LoginRoute', 'AuthorizationType', 'CUSTOM', 'only $connect may have an authorizer'],
    [
      'LoginRoute',
      'ApiKeyRequired',
      true,
      'it needs an API key, and the template has none for its stage: add an ApiKey',
    ],
    [
      'LoginIntegration',
      'IntegrationType',
      'HTTP_PROXY',
      'integration type HTTP_PROXY is not supported locally, only AWS_PROXY and MOCK are',
    ],
    [
      'LoginIntegration',
      'IntegrationType',
      'AWS',
      'integration type AWS is not supported locally, only AWS_PROXY and MOCK are',
    ],
    ['LoginIntegration', 'RequestTemplates', {}, 'property RequestTemplates is not supported locally'],
    ['LoginIntegration', 'IntegrationUri', 'arn:x', 'it does not lead to a function of this template'],
    ['LoginRoute', 'Target', 'integrations/x', 'its target is not an integration of this template'],
    ['LoginRoute', 'RouteKey', '$connect', 'route key $connect is taken already'],
    ['Login', 'Layers', [], 'property Layers is not supported locally'],
    ['Login', 'Runtime', 'python3.13', 'runtime "python3.13" is not supported locally, only Node.js is'],
    ['Login', 'Code', { ImageUri: 'image' }, 'its code is not an asset of this app'],
    ['Connections', 'ImportSourceSpecification', {}, 'property ImportSourceSpecification is not supported locally'],
    ['Chat', 'BillingMode', 'PROVISIONED', 'a global table with provisioned throughput is not supported locally'],
    ['Stage', 'ClientCertificateId', 'x', 'property ClientCertificateId is not supported locally'],
    ['Stage', 'DefaultRouteSettings', { ThrottlingRateLimit: 'x' }, 'ThrottlingRateLimit "x" is no number'],
    ['Stage', 'AutoDeploy', false, 'nothing is deployed to it: set autoDeploy, or add a deployment'],
    ['Api', 'ProtocolType', 'HTTP', 'it is not a WebSocket API'],
  ])('refuses %s with %s %j', (logicalId, name, value, message) => {
    expect(() => readLocally(withProperty(logicalId, name, value))).toThrow(`${logicalId}: ${message}`);
  });
});
