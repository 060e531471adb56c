import { describe, expect, it } from '@jest/globals';
import { readTemplate } from '../../../local/app/read-template';
import { chatTemplate, type Resource } from '../../fixtures/app/chat-template';

/** The chat's template with some resources added, or some of their properties changed. */
function readWith(changes: Readonly<Record<string, Partial<Resource>>>) {
  const { Resources } = chatTemplate();
  for (const [logicalId, { Type, Properties }] of Object.entries(changes)) {
    const { Type: type = '', Properties: properties } = Resources[logicalId] ?? {};
    Resources[logicalId] = { Type: Type ?? type, Properties: { ...properties, ...Properties } };
  }
  return readTemplate({
    template: { Resources },
    assets: { folder: '/cdk.out', pathOf: new Map([['abc.zip', 'asset.abc']]) },
    ...{ stackName: 'Rollcall', region: 'us-east-1', accountId: '000000000000', localHost: 'localhost:3001' },
  });
}

const uri = chatTemplate().Resources.LoginIntegration?.Properties.IntegrationUri;

const authorizer = (properties: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Authorizer',
  Properties: {
    ApiId: { Ref: 'Api' },
    AuthorizerType: 'REQUEST',
    AuthorizerUri: uri,
    IdentitySource: ['route.request.querystring.token'],
    Name: 'Auth',
    ...properties,
  },
});

const guarded = { Properties: { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Auth' } } };

describe('an authorizer of $connect', () => {
  it('is read with its function and its identity sources', () => {
    const { routes } = readWith({ Auth: authorizer(), ConnectRoute: guarded });

    expect(routes.get('$connect')).toMatchObject({
      functionId: 'Connect',
      authorizer: { functionId: 'Login', identitySources: ['route.request.querystring.token'] },
    });
  });

  it('needs no identity source', () => {
    const { routes } = readWith({ Auth: authorizer({ IdentitySource: [] }), ConnectRoute: guarded });

    expect(routes.get('$connect')?.authorizer?.identitySources).toEqual([]);
  });

  it.each([
    [{ AuthorizerType: 'JWT' }, 'AuthorizerType JWT is not for WebSocket APIs'],
    [{ AuthorizerUri: 'arn:x' }, 'it does not lead to a function of this template'],
    [{ IdentitySource: ['$request.header.Auth'] }, 'IdentitySource $request.header.Auth is not supported locally'],
    [{ EnableSimpleResponses: true }, 'property EnableSimpleResponses is not supported locally'],
    [{ AuthorizerResultTtlInSeconds: 9 }, 'property AuthorizerResultTtlInSeconds is not supported locally'],
  ])('with %j is refused by name', (properties, message) => {
    const reading = () => readWith({ Auth: authorizer(properties), ConnectRoute: guarded });

    expect(reading).toThrow(`AWS::ApiGatewayV2::Authorizer Auth: ${message}`);
  });

  it('that is another resource is refused by name', () => {
    const elsewhere = { Properties: { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Api' } } };

    expect(() => readWith({ ConnectRoute: elsewhere })).toThrow('ConnectRoute: its authorizer is not in this template');
  });
});

const mock = (properties: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: { IntegrationType: 'MOCK', IntegrationUri: '', ...properties },
});

const response = (properties: object = {}) => ({
  Type: 'AWS::ApiGatewayV2::IntegrationResponse',
  Properties: {
    ApiId: { Ref: 'Api' },
    IntegrationId: { Ref: 'LoginIntegration' },
    IntegrationResponseKey: '$default',
    ...properties,
  },
});

describe('a MOCK integration', () => {
  it('is read with its templates, as the CDK writes them', () => {
    const RequestTemplates = { 'application/json': '{"statusCode":200}' };
    const { routes } = readWith({
      LoginIntegration: mock({ RequestTemplates, TemplateSelectionExpression: '\\$default' }),
      Answer: response({ ResponseTemplates: { $default: 'pong' } }),
    });

    expect(routes.get('login')).toEqual({
      routeKey: 'login',
      functionId: '',
      integrationTimeoutMs: 29_000,
      returnsResponse: true,
      mock: {
        request: { templates: RequestTemplates, selection: '\\$default' },
        responses: [{ responseKey: '$default', templates: { $default: 'pong' }, selection: '' }],
      },
    });
  });

  it.each([
    ['LoginIntegration', mock({ RequestTemplates: { a: '#set($x = 1)' } }), 'a template with #set($x = 1)'],
    ['LoginIntegration', mock({ RequestTemplates: { a: '$util.urlEncode("a")' } }), 'a template with $util.urlEncode'],
    [
      'LoginIntegration',
      mock({ RequestTemplates: { a: '$context.stage.length()' } }),
      'a template with $context.stage.length()',
    ],
    ['LoginIntegration', mock({ TemplateSelectionExpression: '$request.header.x' }), 'selects nothing'],
    ['LoginIntegration', mock({ CredentialsArn: 'x' }), 'property CredentialsArn is not supported locally'],
    ['Answer', response({ ResponseTemplates: { a: '$input.json("$")' } }), 'a template with $input.json("$")'],
    ['Answer', response({ IntegrationResponseKey: '/(/' }), 'Invalid regular expression'],
    ['Answer', response({ IntegrationResponseKey: '200' }), 'IntegrationResponseKey 200 is neither'],
  ])('whose %s is %j is refused by name', (logicalId, resource, message) => {
    const reading = () => readWith({ LoginIntegration: mock(), [logicalId]: resource });

    expect(reading).toThrow(`${logicalId}: `);
    expect(reading).toThrow(message);
  });

  it('alone may have integration responses', () => {
    expect(() => readWith({ Answer: response() })).toThrow(
      'Answer: only a MOCK integration may have responses locally',
    );
  });
});

describe('a stage', () => {
  it('has neither variables nor throttles unless it defines them', () => {
    const app = readWith({ Stage: { Properties: { StageVariables: {} } } });

    expect(app).not.toHaveProperty('stageVariables');
    expect(app).not.toHaveProperty('throttling');
  });

  it('is read with its variables, as text', () => {
    const app = readWith({ Stage: { Properties: { StageVariables: { region: { Ref: 'AWS::Region' }, size: 3 } } } });

    expect(app.stageVariables).toEqual({ region: 'us-east-1', size: '3' });
  });

  it('is read with the throttles of its routes', () => {
    const app = readWith({
      Stage: {
        Properties: {
          DefaultRouteSettings: { DetailedMetricsEnabled: true, ThrottlingBurstLimit: 5, ThrottlingRateLimit: 10 },
          RouteSettings: { login: { ThrottlingRateLimit: '0.5' } },
        },
      },
    });

    expect(app.throttling).toEqual({
      byDefault: { ratePerSecond: 10, burst: 5 },
      ofRoute: new Map([['login', { ratePerSecond: 0.5 }]]),
    });
  });
});
