import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ChatApi } from '../../lib/chat-api';
import type { ChatApiProps } from '../../lib/chat-api-props';
import { jwtIdentity, lambdaIdentity } from '../../lib/identity';
import { RollcallStack } from '../../lib/rollcall-stack';

const WITHOUT_CODE = { 'aws:cdk:bundling-stacks': [] };
const ISSUER = 'https://issuer.example/realms/chat';
const PROVIDER = { issuer: ISSUER, audience: 'rollcall' };

const emptyStack = () => new Stack(new App({ context: WITHOUT_CODE }), 'Stack');

function templateWith(props: ChatApiProps): Template {
  const stack = emptyStack();
  new ChatApi(stack, 'ChatApi', props);
  return Template.fromStack(stack);
}

const templateOf = (context: object) =>
  Template.fromStack(new RollcallStack(new App({ context: { ...WITHOUT_CODE, ...context } }), 'Rollcall'));

/** What the functions are told by this variable. */
function toldOf(template: Template, variable: string): Record<string, string> {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const told = functions.map(([id, { Properties }]) => [
    id.replace(/^ChatApi|Function[0-9A-F]{8}$/g, ''),
    Properties.Environment?.Variables?.[variable],
  ]);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined));
}

const identityIn = (template: Template) => JSON.parse(toldOf(template, 'IDENTITY').Authorize ?? '');

describe('an identity by tokens', () => {
  const template = templateWith({ identity: jwtIdentity(PROVIDER) });

  it('is asked before $connect, and nowhere else, on every handshake', () => {
    const [[authorizerId] = []] = Object.entries(template.findResources('AWS::ApiGatewayV2::Authorizer'));
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));

    const guarded = routes.filter(({ Properties }) => Properties.AuthorizationType !== 'NONE');
    expect(guarded.map(({ Properties }) => Properties)).toMatchObject([
      { RouteKey: '$connect', AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizerId } },
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      IdentitySource: ['route.request.header.Host'],
      AuthorizerUri: Match.objectLike({
        'Fn::Join': [
          '',
          Match.arrayWith([{ 'Fn::GetAtt': [Match.stringLikeRegexp('^ChatApiAuthorizeFunction'), 'Arn'] }]),
        ],
      }),
    });
  });

  it('is told of its provider, and may do nothing but write its log', () => {
    const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
      id.startsWith('ChatApiAuthorizeRole'),
    );
    const statements = policy?.[1].Properties.PolicyDocument.Statement as { Action: string[] }[];

    expect(identityIn(template)).toEqual({
      issuer: ISSUER,
      audience: ['rollcall'],
      claim: 'preferred_username',
      anonymous: false,
    });
    expect(statements.flatMap(({ Action }) => Action)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  it('switches passwords off where they are made, taken or changed; or leaves them on, if it is told to', () => {
    const both = templateWith({ identity: jwtIdentity(PROVIDER), passwords: true });

    expect(toldOf(template, 'PASSWORDS')).toEqual({ Reg: 'off', Login: 'off', Passwd: 'off' });
    expect(toldOf(both, 'PASSWORDS')).toEqual({});
    expect(identityIn(both)).toMatchObject({ anonymous: true });
  });

  it('has executions of its own where all have', () => {
    const reserved = templateWith({ identity: jwtIdentity(PROVIDER), reservedConcurrency: true });
    const sum = Object.values(reserved.findResources('AWS::Lambda::Function')).reduce(
      (total, { Properties }) => total + Properties.ReservedConcurrentExecutions,
      0,
    );

    reserved.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ IDENTITY: Match.anyValue() }) },
      ReservedConcurrentExecutions: 50,
    });
    expect(sum).toBeLessThanOrEqual(900);
  });

  it('may stand in a stack twice, of two providers', () => {
    const stack = emptyStack();
    new ChatApi(stack, 'Ours', { identity: jwtIdentity(PROVIDER) });
    new ChatApi(stack, 'Yours', { identity: jwtIdentity({ ...PROVIDER, issuer: 'https://other.example' }) });

    Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Authorizer', 2);
  });

  it('takes plain HTTP from this machine, with a warning, and from no other', () => {
    const stack = emptyStack();
    new ChatApi(stack, 'ChatApi', { identity: jwtIdentity({ ...PROVIDER, issuer: 'http://localhost:8080' }) });

    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp('http://localhost:8080 is only there on a laptop'),
    );
  });

  it.each([
    ['issuer must be an https URL, not "issuer.example"', { issuer: 'issuer.example' }],
    ['issuer must be an https URL, not "http://issuer.example"', { issuer: 'http://issuer.example' }],
    ['issuer must be an https URL, not "http://localhost.evil.example"', { issuer: 'http://localhost.evil.example' }],
    ['issuer must have no query and no fragment', { issuer: 'https://issuer.example?x=1' }],
    ['jwksUri must be an https URL, not "http://issuer.example/keys"', { jwksUri: 'http://issuer.example/keys' }],
    ['audience must name for whom tokens are made out', { audience: '' }],
    ['audience must name for whom tokens are made out', { audience: [] }],
    ['claim must be the name of a claim', { claim: '' }],
  ])('is checked: %s', (message, props) => {
    expect(() => jwtIdentity({ ...PROVIDER, ...props })).toThrow(`jwtIdentity: ${message}`);
  });
});

describe('an identity by a Lambda of one’s own', () => {
  const withOwn = (props?: { readonly identitySource: string[] }) => {
    const stack = emptyStack();
    const code = Code.fromInline('exports.handler = async () => ({});');
    const own = new LambdaFunction(stack, 'Own', { code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X });
    new ChatApi(stack, 'ChatApi', { identity: lambdaIdentity(own, props) });
    return Template.fromStack(stack);
  };

  it('is asked before $connect, and ours is not there', () => {
    const template = withOwn({ identitySource: ['route.request.querystring.token'] });

    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      IdentitySource: ['route.request.querystring.token'],
      AuthorizerUri: Match.objectLike({
        'Fn::Join': ['', Match.arrayWith([{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Own'), 'Arn'] }])],
      }),
    });
    expect(toldOf(template, 'IDENTITY')).toEqual({});
    expect(toldOf(template, 'PASSWORDS')).toEqual({ Reg: 'off', Login: 'off', Passwd: 'off' });
    withOwn().hasResourceProperties('AWS::ApiGatewayV2::Authorizer', { IdentitySource: ['route.request.header.Host'] });
  });
});

describe('no identity', () => {
  it('has no authorizer, and passwords', () => {
    const template = templateWith({});

    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 0);
    expect(toldOf(template, 'PASSWORDS')).toEqual({});
  });

  it('and no passwords would be nobody', () => {
    expect(() => templateWith({ passwords: false })).toThrow('ChatApi: without passwords, it needs an identity');
  });
});

describe('an identity from the context', () => {
  it('stands beside the page where passwords are on', () => {
    const template = templateOf({ issuer: ISSUER, audience: 'rollcall', passwords: 'true', page: 'true' });

    template.resourceCountIs('AWS::CloudFront::Distribution', 1);
  });

  it('is the provider that is named', () => {
    const context = {
      issuer: ISSUER,
      audience: 'app,rollcall',
      claim: 'sub',
      jwksUri: `${ISSUER}/keys`,
      passwords: 'true',
    };
    const template = templateOf(context);

    expect(identityIn(template)).toEqual({
      issuer: ISSUER,
      audience: ['app', 'rollcall'],
      claim: 'sub',
      jwksUri: `${ISSUER}/keys`,
      anonymous: true,
    });
  });

  it.each([
    ['An identity provider needs both contexts', { issuer: ISSUER }],
    ['An identity provider needs both contexts', { audience: 'rollcall' }],
    ['An identity provider needs both contexts', { claim: 'sub' }],
    ['The context passwords must be true or false, not "no".', { passwords: 'no' }],
    ['The page logs in by password.', { issuer: ISSUER, audience: 'rollcall', page: 'true' }],
    ['jwtIdentity: issuer must be an https URL, not "issuer"', { issuer: 'issuer', audience: 'rollcall' }],
  ])('is checked: %s', (message, context) => {
    expect(() => templateOf(context)).toThrow(message);
  });
});
