import { type Resource, type Template, Unsupported } from '../app/template';
import type { SourcesDescription } from './description';
import { type MappingParts, readQueueMapping, readStreamMapping } from './read-mappings';
import { readQueue, requireDeadLetterQueues } from './read-queues';
import { readRule, readSchedule, type SourceParts } from './read-schedules';

/** The types of resources that `readSources` understands. */
export const SOURCE_TYPES: readonly string[] = [
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
];

/**
 * The template's event sources.
 *
 * @throws Unsupported, naming the resource, for whatever would behave otherwise than in AWS.
 */
export function readSources(template: Template, rest: SourceParts): SourcesDescription {
  const ofType = (type: string): readonly Resource[] =>
    [...template.resources.values()].filter((resource) => resource.type === type);
  const queues = ofType('AWS::SQS::Queue').map((queue) => readQueue(queue, rest.resolve));
  requireDeadLetterQueues(queues);
  const parts: MappingParts = { ...rest, template, queues };
  const mappings = ofType('AWS::Lambda::EventSourceMapping').map((mapping) => readMapping(mapping, parts));
  return {
    schedules: [
      ...ofType('AWS::Events::Rule').flatMap((rule) => readRule(rule, parts) ?? []),
      ...ofType('AWS::Scheduler::Schedule').flatMap((schedule) => readSchedule(schedule, parts) ?? []),
    ],
    queues,
    streams: mappings.flatMap(({ stream }) => stream ?? []),
    queueMappings: mappings.flatMap(({ queue }) => queue ?? []),
  };
}

function readMapping(mapping: Resource, parts: MappingParts) {
  const stream = readStreamMapping(mapping, parts);
  const queue = readQueueMapping(mapping, parts);
  if (stream === undefined && queue === undefined && mapping.properties.Enabled !== false) {
    throw new Unsupported(mapping, 'its source is neither the stream of a table nor a queue of this template');
  }
  return { stream, queue };
}
