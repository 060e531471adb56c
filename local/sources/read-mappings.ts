import type { LambdaDescription } from '../app/description';
import { asRecord, type Resource, requireKnownProperties, type Template, textOf, Unsupported } from '../app/template';
import type { QueueDescription, QueueMapping, StreamMapping } from './description';
import { BadPattern, compileFilters } from './filter';
import { QUEUE_BATCHES_AT_ONCE } from './limits';
import { requireDestinationAccess, requireQueueAccess, requireStreamAccess } from './mapping-permissions';
import { numberOf } from './read-number';
import { functionByArn, type SourceParts } from './read-schedules';

/** What Lambda takes for every kind of source. */
const COMMON = [
  'BatchSize',
  'Enabled',
  'EventSourceArn',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
  'Tags',
];

const STREAM = [
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
];

export interface MappingParts extends SourceParts {
  readonly template: Template;
  readonly queues: readonly QueueDescription[];
}

/** The mapping of a table's stream; undefined if its source is something else, or if it is disabled. */
export function readStreamMapping(mapping: Resource, parts: MappingParts): StreamMapping | undefined {
  const table = tableOf(mapping, parts);
  if (table === undefined) return undefined;
  requireKnownProperties(mapping, [...COMMON, ...STREAM]);
  const { BisectBatchOnFunctionError: bisects, StartingPosition: startsAt } = mapping.properties;
  if (mapping.properties.Enabled === false) return undefined;
  if (startsAt !== 'LATEST' && startsAt !== 'TRIM_HORIZON') {
    throw new Unsupported(mapping, `a DynamoDB stream has no StartingPosition ${JSON.stringify(startsAt)}`);
  }
  const common = readCommon(mapping, parts, { byDefault: 100, max: 10_000 });
  const lambda = parts.functions.get(common.functionId);
  const streamArn = String(parts.resolve(mapping.properties.EventSourceArn));
  requireStreamAccess({ mapping, lambda, arn: streamArn });
  return {
    ...common,
    tableId: table.logicalId,
    tableName: String(parts.resolve({ Ref: table.logicalId })),
    streamArn,
    startsAt,
    bisects: bisects === true,
    retriesMax: bounded(mapping, 'MaximumRetryAttempts', { min: 0, max: 10_000 }),
    ageMsMax: 1000 * bounded(mapping, 'MaximumRecordAgeInSeconds', { min: 60, max: 604_800 }),
    lanes: numberOf(mapping, 'ParallelizationFactor', { byDefault: 1, min: 1, max: 10 }),
    ...onFailureOf(mapping, parts, lambda),
  };
}

/** A template names a stream only by `Fn::GetAtt: [table, StreamArn]`. */
function tableOf(mapping: Resource, { template, resolve }: MappingParts): Resource | undefined {
  const arn = resolve(mapping.properties.EventSourceArn);
  const table = [...template.resources.values()].find(
    ({ type, logicalId }) =>
      /^AWS::DynamoDB::(Global)?Table$/.test(type) && arn === resolve({ 'Fn::GetAtt': [logicalId, 'StreamArn'] }),
  );
  if (table && table.properties.StreamSpecification === undefined) {
    throw new Unsupported(mapping, `table ${table.logicalId} has no stream`);
  }
  return table;
}

/** A queue of the template is the one destination that there is here. */
function onFailureOf(
  mapping: Resource,
  parts: MappingParts,
  lambda: LambdaDescription | undefined,
): { readonly onFailureArn?: string } {
  const arn = parts.resolve(asRecord(asRecord(mapping.properties.DestinationConfig)?.OnFailure)?.Destination);
  if (arn === undefined) return {};
  const queue = queueByArn(parts, arn);
  if (queue === undefined || queue.isFifo) {
    throw new Unsupported(mapping, 'its OnFailure destination is not a standard queue of this template');
  }
  requireDestinationAccess({ mapping, lambda, arn: queue.arn });
  return { onFailureArn: queue.arn };
}

function queueByArn({ queues }: MappingParts, arn: unknown): QueueDescription | undefined {
  return queues.find((queue) => queue.arn === arn);
}

/** The mapping of a queue; undefined if its source is something else, or if it is disabled. */
export function readQueueMapping(mapping: Resource, parts: MappingParts): QueueMapping | undefined {
  const queue = queueByArn(parts, parts.resolve(mapping.properties.EventSourceArn));
  if (queue === undefined) return undefined;
  requireKnownProperties(mapping, [...COMMON, 'ScalingConfig']);
  if (mapping.properties.Enabled === false) return undefined;
  const common = readCommon(mapping, parts, { byDefault: 10, max: queue.isFifo ? 10 : 10_000 });
  if (queue.isFifo && common.windowMs > 0) throw new Unsupported(mapping, 'a FIFO queue takes no batching window');
  if (common.batchSize > 10 && common.windowMs < 1_000) {
    throw new Unsupported(mapping, 'a BatchSize of more than 10 needs MaximumBatchingWindowInSeconds');
  }
  const lambda = parts.functions.get(common.functionId);
  requireLongVisibility(mapping, queue, lambda?.timeoutMs ?? 0);
  requireQueueAccess({ mapping, lambda, arn: queue.arn });
  const { MaximumConcurrency: most = QUEUE_BATCHES_AT_ONCE } = asRecord(mapping.properties.ScalingConfig) ?? {};
  const batchesAtOnce = Math.min(Number(most), QUEUE_BATCHES_AT_ONCE);
  return { ...common, queueId: queue.logicalId, queueArn: queue.arn, batchesAtOnce };
}

/** In the words of Lambda, which refuses such a mapping. */
function requireLongVisibility(mapping: Resource, { visibilityMs }: QueueDescription, timeoutMs: number): void {
  if (visibilityMs >= timeoutMs) return;
  const [visibility, timeout] = [visibilityMs / 1000, timeoutMs / 1000];
  const message = `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`;
  throw new Unsupported(mapping, message);
}

function readCommon(
  mapping: Resource,
  parts: MappingParts,
  batch: { readonly byDefault: number; readonly max: number },
) {
  const functionId = functionByArn(parts, mapping.properties.FunctionName);
  if (functionId === undefined) throw new Unsupported(mapping, 'it does not lead to a function of this template');
  const windowMs = 1000 * numberOf(mapping, 'MaximumBatchingWindowInSeconds', { byDefault: 0, min: 0, max: 300 });
  return {
    logicalId: mapping.logicalId,
    functionId,
    batchSize: numberOf(mapping, 'BatchSize', { ...batch, min: 1 }),
    windowMs,
    filters: filtersOf(mapping, parts),
    reportsItemFailures: reportsItemFailures(mapping),
  };
}

function filtersOf(mapping: Resource, { resolve }: MappingParts): readonly unknown[] {
  const filters = asRecord(resolve(mapping.properties.FilterCriteria))?.Filters;
  const patterns = (Array.isArray(filters) ? filters : []).map((filter) =>
    parsePattern(mapping, asRecord(filter)?.Pattern),
  );
  try {
    compileFilters(patterns);
    return patterns;
  } catch (error) {
    if (error instanceof BadPattern) throw new Unsupported(mapping, `in its filters: ${error.message}`);
    throw error;
  }
}

function parsePattern(mapping: Resource, pattern: unknown): unknown {
  try {
    return JSON.parse(textOf(pattern));
  } catch {
    throw new Unsupported(mapping, `a filter's pattern is not JSON: ${textOf(pattern)}`);
  }
}

function reportsItemFailures(mapping: Resource): boolean {
  const types = mapping.properties.FunctionResponseTypes;
  const list: readonly unknown[] = Array.isArray(types) ? types : [];
  const unknownType = list.find((type) => type !== 'ReportBatchItemFailures');
  if (unknownType !== undefined) throw new Unsupported(mapping, `FunctionResponseTypes has ${textOf(unknownType)}`);
  return list.length > 0;
}

/** -1, the default, is no bound. */
function bounded(mapping: Resource, name: string, range: { readonly min: number; readonly max: number }): number {
  return mapping.properties[name] === -1 ? Infinity : numberOf(mapping, name, { ...range, byDefault: Infinity });
}
