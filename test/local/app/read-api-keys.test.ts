import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ApiKey,
  type IWebSocketStage,
  Period,
  RateLimitedApiKey,
  UsagePlan,
  WebSocketApi,
  WebSocketApiKeySelectionExpression,
  WebSocketRoute,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { AppDescription } from '../../../local/app/description';
import { readLocally } from '../../fixtures/app/read-chat';

interface Api {
  readonly stack: Stack;
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
}

/** An API whose `$connect` needs a key, as the CDK synthesises it with what `add` adds. */
function read(
  add: (api: Api) => void,
  apiKeySelectionExpression?: WebSocketApiKeySelectionExpression,
): AppDescription['apiKeys'] {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Keys');
  const code = Code.fromInline('exports.handler = async () => ({ statusCode: 200 });');
  const lambda = new LambdaFunction(stack, 'Fn', { code, handler: 'index.handler', runtime: Runtime.NODEJS_22_X });
  const api = new WebSocketApi(stack, 'Api', { ...(apiKeySelectionExpression && { apiKeySelectionExpression }) });
  new WebSocketRoute(stack, 'Connect', {
    ...{ webSocketApi: api, routeKey: '$connect', apiKeyRequired: true },
    integration: new WebSocketLambdaIntegration('Fn', lambda),
  });
  const stage = new WebSocketStage(stack, 'Stage', { webSocketApi: api, stageName: 'dev', autoDeploy: true });
  add({ stack, api, stage });
  return readLocally(Template.fromStack(stack).toJSON()).apiKeys;
}

function planned(of: Api, id = 'Plan', stage: IWebSocketStage = of.stage): UsagePlan {
  return new UsagePlan(of.stack, id, { apiStages: [{ api: of.api, stage }] });
}

describe('API keys in a template', () => {
  it('are read with their usage plan, and the value that the template gives', () => {
    const keys = read(({ stack, api, stage }) => {
      const plan = new UsagePlan(stack, 'Plan', {
        ...{ apiStages: [{ api, stage }], throttle: { rateLimit: 10, burstLimit: 2 } },
        quota: { limit: 100, offset: 3, period: Period.DAY },
      });
      plan.addApiKey(new ApiKey(stack, 'Key', { value: 'MyApiKeyThatIsAtLeast20Characters' }));
    });

    expect(keys).toEqual({
      source: 'header',
      keys: [
        {
          keyId: expect.stringMatching(/^[0-9a-z]{10}$/),
          value: 'MyApiKeyThatIsAtLeast20Characters',
          isEnabled: true,
          plan: { throttle: { ratePerSecond: 10, burst: 2 }, quota: { limit: 100, offset: 3, period: 'DAY' } },
        },
      ],
    });
  });

  it('have a value of 40 characters where it gives none, the same at each start', () => {
    const add = ({ stack, api, stage }: Api) =>
      void new RateLimitedApiKey(stack, 'Key', { apiStages: [{ api, stage }], throttle: { rateLimit: 1 } });

    const [first, second] = [read(add), read(add)];

    expect(first).toEqual(second);
    expect(first?.keys).toMatchObject([
      { value: expect.stringMatching(/^[0-9a-f]{40}$/), plan: { throttle: { ratePerSecond: 1 } } },
    ]);
  });

  it('are none where a plan is of another stage, and disabled where the template says so', () => {
    const keys = read((of) => {
      const other = WebSocketStage.fromWebSocketStageAttributes(of.stack, 'Other', { api: of.api, stageName: 'other' });
      planned(of, 'OtherPlan', other).addApiKey(new ApiKey(of.stack, 'OtherKey'));
      planned(of).addApiKey(new ApiKey(of.stack, 'Key', { enabled: false }));
    });

    const byPlan = (isPlanned: boolean) => keys?.keys.filter(({ plan }) => (plan !== undefined) === isPlanned);
    expect(byPlan(true)).toMatchObject([{ isEnabled: false, plan: {} }]);
    expect(byPlan(false)).toMatchObject([{ isEnabled: true }]);
  });

  it('may also be in a plan of another stage', () => {
    const keys = read((of) => {
      const other = WebSocketStage.fromWebSocketStageAttributes(of.stack, 'Other', { api: of.api, stageName: 'other' });
      const key = new ApiKey(of.stack, 'Key');
      for (const plan of [planned(of), planned(of, 'OtherPlan', other)]) plan.addApiKey(key);
    });

    expect(keys?.keys).toMatchObject([{ plan: {} }]);
  });

  it('come from the authorizer where the API says so', () => {
    const add = (of: Api) => planned(of).addApiKey(new ApiKey(of.stack, 'Key'));

    expect(read(add, WebSocketApiKeySelectionExpression.AUTHORIZER_USAGE_IDENTIFIER_KEY)?.source).toBe('authorizer');
  });

  it.each<[string, (of: Api) => void, string]>([
    ['no key', () => undefined, 'it needs an API key, and the template has none for its stage: add an ApiKey'],
    [
      'a key of no plan',
      ({ stack }) => void new ApiKey(stack, 'Key'),
      'it needs an API key, and the template has none for its stage',
    ],
    [
      'a key from elsewhere',
      (of) => planned(of).addApiKey(ApiKey.fromApiKeyId(of.stack, 'Key', 'k1')),
      'its key k1 is not in this template: only AWS knows its value',
    ],
    [
      'a key in two plans of the stage',
      (of) => {
        const key = new ApiKey(of.stack, 'Key');
        for (const id of ['One', 'Two']) planned(of, id).addApiKey(key);
      },
      'its key has a usage plan of this stage already',
    ],
  ])('are refused by name with %s', (_, add, message) => {
    expect(() => read(add)).toThrow(message);
  });

  it('are refused by name with another selection expression', () => {
    const other = new WebSocketApiKeySelectionExpression('$request.querystring.key');

    expect(() => read((of) => planned(of).addApiKey(new ApiKey(of.stack, 'Key')), other)).toThrow(
      'ApiKeySelectionExpression $request.querystring.key is none of $request.header.x-api-key, $context.authorizer.usageIdentifierKey',
    );
  });
});
