import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ChatApi } from '../../lib/chat-api';
import type { ChatApiProps } from '../../lib/chat-api-props';
import { FUNCTION_SIZES } from '../../lib/function-sizes';
import * as routes from '../../src/routes';
import * as tasks from '../../src/tasks';

const names = [...Object.keys(routes), ...Object.keys(tasks)];

function emptyStack(): Stack {
  return new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
}

function templateWith(props?: ChatApiProps): Template {
  const stack = emptyStack();
  new ChatApi(stack, 'ChatApi', props);
  return Template.fromStack(stack);
}

/** The property of each function of the API by its construct id. */
function ofFunctions(template: Template, property: string): unknown[] {
  return Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties[property]);
}

describe('ChatApi', () => {
  it('hands out its functions by route key and by task', () => {
    const { functions } = new ChatApi(emptyStack(), 'ChatApi');

    expect(Object.keys(functions).sort()).toEqual([...names].sort());
    expect(functions.addFriend.node.id).toBe('AddFriendFunction');
    expect(functions['fan-out'].node.id).toBe('FanOutFunction');
  });

  it('may stand twice in one stack', () => {
    const stack = emptyStack();
    new ChatApi(stack, 'Ours');
    new ChatApi(stack, 'Yours');

    Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Api', 2);
  });

  it('is bound by the boundary of whoever deploys it', () => {
    const stack = emptyStack();
    new ChatApi(stack, 'ChatApi');
    PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'developers'));

    const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    expect(roles).toHaveLength(names.length);
    for (const { Properties } of roles) expect(JSON.stringify(Properties.PermissionsBoundary)).toContain('developers');
  });

  it('needs no VPC, and puts nothing into one', () => {
    const functions = ofFunctions(templateWith(), 'VpcConfig');

    expect(functions.filter(Boolean)).toEqual([]);
  });

  it('keeps its logs for a month, or for as long as it is told', () => {
    const daysOf = (props?: ChatApiProps) =>
      Object.values(templateWith(props).findResources('AWS::Logs::LogGroup')).map(
        ({ Properties }) => Properties.RetentionInDays,
      );

    expect(daysOf()).toEqual(names.map(() => 30));
    expect(daysOf({ logRetention: RetentionDays.ONE_WEEK })).toEqual(names.map(() => 7));
  });
});

describe('the throttle', () => {
  const settingsOf = (props?: ChatApiProps) => {
    const [stage] = Object.values(templateWith(props).findResources('AWS::ApiGatewayV2::Stage'));
    return stage?.Properties.DefaultRouteSettings;
  };

  it('stays below what the smallest regions give to all APIs of an account', () => {
    expect(settingsOf()).toEqual({ ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 1_000 });
  });

  it('may be another', () => {
    expect(settingsOf({ throttle: { ratePerSecond: 1, burst: 1 } })).toEqual({
      ThrottlingRateLimit: 1,
      ThrottlingBurstLimit: 1,
    });
  });

  it.each([
    ['throttle.ratePerSecond must be a whole number from 1, not 0', { ratePerSecond: 0, burst: 1 }],
    ['throttle.burst must be a whole number from 1, not 1.5', { ratePerSecond: 1, burst: 1.5 }],
  ])('refuses what would refuse everything: %s', (message, throttle) => {
    expect(() => templateWith({ throttle })).toThrow(`ChatApi: ${message}.`);
  });
});

describe('reserved concurrency', () => {
  it('is asked for by nobody at first, since a new account has none to give', () => {
    expect(ofFunctions(templateWith(), 'ReservedConcurrentExecutions').filter(Boolean)).toEqual([]);
  });

  it('is there for every function, and leaves to the account the 100 that AWS insists on', () => {
    const reserved = ofFunctions(templateWith({ reservedConcurrency: true }), 'ReservedConcurrentExecutions');
    const sum = reserved.reduce((total: number, one) => total + Number(one), 0);

    expect(reserved).toHaveLength(names.length);
    expect(sum).toBe(Object.values(FUNCTION_SIZES).reduce((total, { reserved: one }) => total + one, 0));
    expect(sum).toBeLessThanOrEqual(900);
  });

  it('may be another for some, and the queue gives the worker no more than it may take', () => {
    const template = templateWith({ reservedConcurrency: { ping: 7, 'fan-out': 9 } });

    template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 7 });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 9 } });
    expect(ofFunctions(template, 'ReservedConcurrentExecutions').filter(Boolean)).toHaveLength(names.length);
  });

  it.each<[string, Readonly<Record<string, number>>]>([
    ['reservedConcurrency of ping must be a whole number from 1, not 0', { ping: 0 }],
    ['reservedConcurrency names pong, which is no function: \\$connect, ', { pong: 1 }],
  ])('refuses what would stop a function: %s', (message, reservedConcurrency) => {
    expect(() => templateWith({ reservedConcurrency })).toThrow(new RegExp(`ChatApi: ${message}`));
  });
});
