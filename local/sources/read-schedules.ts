import type { LambdaDescription } from '../app/description';
import type { Resolve } from '../app/intrinsics';
import { asRecord, type Resource, requireKnownProperties, textOf, Unsupported } from '../app/template';
import type { ScheduleDescription, ScheduleTarget } from './description';
import { parseSchedule } from './schedule-expression';

export interface SourceParts {
  readonly resolve: Resolve;
  readonly functions: ReadonlyMap<string, LambdaDescription>;
}

const RULE_PROPERTIES = ['Description', 'Name', 'ScheduleExpression', 'State', 'Targets', 'Tags'];

/** `RetryPolicy` is about the hand-over to Lambda, which cannot fail here. */
const RULE_TARGET = ['Arn', 'Id', 'Input', 'RetryPolicy'];

const SCHEDULE_PROPERTIES = ['Description', 'FlexibleTimeWindow', 'GroupName', 'Name', 'ScheduleExpression'];
const SCHEDULE_TARGET = ['Arn', 'Input', 'RetryPolicy', 'RoleArn'];

/** A rule with a schedule. Rules with an event pattern need a bus, which there is not. */
export function readRule(rule: Resource, parts: SourceParts): ScheduleDescription | undefined {
  requireKnownProperties(rule, RULE_PROPERTIES);
  const { State: state, Targets: targets } = rule.properties;
  if (state === 'DISABLED') return undefined;
  return {
    logicalId: rule.logicalId,
    arn: String(parts.resolve({ 'Fn::GetAtt': [rule.logicalId, 'Arn'] })),
    source: 'aws.events',
    expression: expressionOf(rule, parts, /^(rate|cron)\(/),
    targets: (Array.isArray(targets) ? targets : []).map((target) => targetOf(rule, target, RULE_TARGET, parts)),
  };
}

/** EventBridge Scheduler, in UTC and to the minute. */
export function readSchedule(schedule: Resource, parts: SourceParts): ScheduleDescription | undefined {
  requireKnownProperties(schedule, [...SCHEDULE_PROPERTIES, 'ScheduleExpressionTimezone', 'State', 'Target']);
  const { FlexibleTimeWindow: flexible, ScheduleExpressionTimezone: zone, State: state } = schedule.properties;
  if (asRecord(flexible)?.Mode !== 'OFF')
    throw new Unsupported(schedule, 'a flexible time window is not supported locally');
  if (zone !== undefined && !['UTC', 'Etc/UTC'].includes(textOf(zone))) {
    throw new Unsupported(schedule, `time zone ${textOf(zone)} is not supported locally, only UTC is`);
  }
  if (state === 'DISABLED') return undefined;
  return {
    logicalId: schedule.logicalId,
    arn: String(parts.resolve({ 'Fn::GetAtt': [schedule.logicalId, 'Arn'] })),
    source: 'aws.scheduler',
    expression: expressionOf(schedule, parts, /^(rate|cron|at)\(/),
    targets: [targetOf(schedule, schedule.properties.Target, SCHEDULE_TARGET, parts)],
  };
}

function expressionOf(resource: Resource, { resolve }: SourceParts, allowed: RegExp): string {
  const expression = resolve(resource.properties.ScheduleExpression);
  if (typeof expression !== 'string')
    throw new Unsupported(resource, 'it has no ScheduleExpression: only schedules are supported locally');
  if (!allowed.test(expression) || parseSchedule(expression, 0) === undefined) {
    throw new Unsupported(resource, `EventBridge does not understand ${expression}`);
  }
  return expression;
}

function targetOf(resource: Resource, target: unknown, known: readonly string[], parts: SourceParts): ScheduleTarget {
  const properties = asRecord(target) ?? {};
  for (const name of Object.keys(properties)) {
    if (!known.includes(name))
      throw new Unsupported(resource, `property ${name} of its target is not supported locally`);
  }
  const functionId = functionByArn(parts, properties.Arn);
  if (functionId === undefined) throw new Unsupported(resource, 'its target is not a function of this template');
  if (properties.Input === undefined) return { functionId };
  return { functionId, input: { value: inputOf(resource, parts.resolve(properties.Input)) } };
}

/** The logical id of the function that an ARN (or a name, as event source mappings may have it) leads to. */
export function functionByArn({ resolve, functions }: SourceParts, arn: unknown): string | undefined {
  const name = String(resolve(arn)).replace(/^arn:.*:function:/, '');
  return [...functions.values()].find(({ functionName }) => functionName === name)?.logicalId;
}

function inputOf(resource: Resource, input: unknown): unknown {
  const text = String(input);
  if (text.includes('<aws.scheduler.'))
    throw new Unsupported(resource, 'context attributes in Input are not supported locally');
  try {
    return JSON.parse(text);
  } catch {
    throw new Unsupported(resource, `its Input is not JSON: ${text}`);
  }
}
