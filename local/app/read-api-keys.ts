import { createHash } from 'node:crypto';
import type { ApiKeyDescription, AppDescription, UsagePlanDescription } from './description';
import type { Resolve } from './intrinsics';
import type { Place } from './physical-names';
import { readThrottle } from './read-throttle';
import { asRecord, type Resource, requireKnownProperties, type Template, textOf, Unsupported } from './template';

/** "Currently, the only two supported values" (Developer Guide, "API key selection expressions"); the first is the default. */
const SOURCES: ReadonlyMap<string, 'header' | 'authorizer'> = new Map([
  ['$request.header.x-api-key', 'header'],
  ['$context.authorizer.usageIdentifierKey', 'authorizer'],
]);

const KEY_PROPERTIES = ['CustomerId', 'Description', 'Enabled', 'GenerateDistinctId', 'Name', 'Tags', 'Value'];
const PLAN_PROPERTIES = ['ApiStages', 'Description', 'Quota', 'Tags', 'Throttle', 'UsagePlanName'];

const PERIODS = ['DAY', 'WEEK', 'MONTH'] as const;

interface Parts {
  readonly template: Template;
  readonly resolve: Resolve;
  readonly place: Place;
  readonly stage: string;
}

/**
 * The keys of the template, each with its usage plan for the stage; nothing if no route needs one. WebSocket APIs share
 * the keys of REST APIs: AWS::ApiGateway::ApiKey, UsagePlan, UsagePlanKey.
 */
export function readApiKeys(parts: Parts): Pick<AppDescription, 'apiKeys'> {
  const ofType = (type: string) => [...parts.template.resources.values()].filter((resource) => resource.type === type);
  const plans = new Map(ofType('AWS::ApiGateway::UsagePlan').map((plan) => [idOf(plan, parts), readPlan(plan, parts)]));
  const keys = new Map(ofType('AWS::ApiGateway::ApiKey').map((key) => [idOf(key, parts), readKey(key, parts)]));
  for (const link of ofType('AWS::ApiGateway::UsagePlanKey')) {
    const { key, plan } = linkOf(link, parts.resolve, { keys, plans });
    if (plan === undefined) continue;
    if (key.plan !== undefined) throw new Unsupported(link, 'its key has a usage plan of this stage already');
    keys.set(key.keyId, { ...key, plan });
  }
  const needing = ofType('AWS::ApiGatewayV2::Route').find(({ properties }) => properties.ApiKeyRequired === true);
  const source = sourceOf(ofType('AWS::ApiGatewayV2::Api')[0]);
  if (needing === undefined) return {};
  if (![...keys.values()].some(({ plan }) => plan !== undefined)) {
    throw new Unsupported(
      needing,
      'it needs an API key, and the template has none for its stage: add an ApiKey and a UsagePlan with this stage (of a key from elsewhere, only AWS knows the value)',
    );
  }
  return { apiKeys: { source, keys: [...keys.values()] } };
}

function sourceOf(api: Resource | undefined): 'header' | 'authorizer' {
  const expression = textOf(api?.properties.ApiKeySelectionExpression ?? [...SOURCES.keys()][0]);
  const source = SOURCES.get(expression);
  if (source !== undefined || api === undefined) return source ?? 'header';
  throw new Unsupported(api, `ApiKeySelectionExpression ${expression} is none of ${[...SOURCES.keys()].join(', ')}`);
}

function idOf({ logicalId }: Resource, { resolve }: Parts): string {
  return textOf(resolve({ Ref: logicalId }));
}

/** Without a value AWS makes one, of 40 characters; here it is the same one at every start. `GET /_local/` shows it. */
function readKey(key: Resource, { resolve, place }: Parts): ApiKeyDescription {
  requireKnownProperties(key, KEY_PROPERTIES);
  const { Value: value, Enabled: enabled } = key.properties;
  const made = createHash('sha256').update(`${place.stackName} ${key.logicalId}`).digest('hex').slice(0, 40);
  return {
    keyId: textOf(resolve({ Ref: key.logicalId })),
    value: value === undefined ? made : textOf(resolve(value)),
    isEnabled: enabled === true || enabled === 'true',
  };
}

/** Undefined for a plan of other stages. */
function readPlan(plan: Resource, { resolve, place, stage }: Parts): UsagePlanDescription | undefined {
  requireKnownProperties(plan, PLAN_PROPERTIES);
  const { ApiStages: stages, Quota: quota, Throttle: throttle } = plan.properties;
  const own = (Array.isArray(stages) ? stages : [])
    .map((entry: unknown) => asRecord(resolve(entry)) ?? {})
    .find(({ ApiId: apiId, Stage: name }) => apiId === place.apiId && name === stage);
  if (own === undefined) return undefined;
  // Its keys are paths and methods of REST APIs.
  if (own.Throttle !== undefined) throw new Unsupported(plan, 'Throttle in ApiStages is not supported locally');
  return {
    ...(throttle !== undefined && { throttle: readThrottle(plan, resolve(throttle), ['RateLimit', 'BurstLimit']) }),
    ...(quota !== undefined && { quota: readQuota(plan, asRecord(resolve(quota)) ?? {}) }),
  };
}

function readQuota(
  plan: Resource,
  { Limit: limit, Offset: offset = 0, Period: period }: Readonly<Record<string, unknown>>,
): NonNullable<UsagePlanDescription['quota']> {
  const known = PERIODS.find((one) => one === period);
  if (known === undefined || !(Number(limit) >= 0) || !(Number(offset) >= 0)) {
    throw new Unsupported(plan, 'its Quota needs a Limit and a Period of DAY, WEEK or MONTH');
  }
  return { limit: Number(limit), offset: Number(offset), period: known };
}

function linkOf(
  link: Resource,
  resolve: Resolve,
  {
    keys,
    plans,
  }: {
    readonly keys: ReadonlyMap<string, ApiKeyDescription>;
    readonly plans: ReadonlyMap<string, UsagePlanDescription | undefined>;
  },
): { readonly key: ApiKeyDescription; readonly plan: UsagePlanDescription | undefined } {
  requireKnownProperties(link, ['KeyId', 'KeyType', 'UsagePlanId']);
  const [keyId, planId] = [textOf(resolve(link.properties.KeyId)), textOf(resolve(link.properties.UsagePlanId))];
  const key = keys.get(keyId);
  if (key === undefined)
    throw new Unsupported(link, `its key ${keyId} is not in this template: only AWS knows its value`);
  if (!plans.has(planId)) throw new Unsupported(link, `its usage plan ${planId} is not in this template`);
  return { key, plan: plans.get(planId) };
}
