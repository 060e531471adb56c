import { type Resource, type Template, Unsupported } from '../app/template';
import type { SourcesDescription, StreamMapping } from './description';
import { type MappingParts, readStreamMapping } from './read-mappings';
import { readRule, readSchedule } from './read-schedules';

/** The types of resources that `readSources` understands. */
export const SOURCE_TYPES: readonly string[] = [
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Scheduler::Schedule',
];

/**
 * The template's event sources.
 *
 * @throws Unsupported, naming the resource, for whatever would behave otherwise than in AWS.
 */
export function readSources(template: Template, rest: Omit<MappingParts, 'template'>): SourcesDescription {
  const parts = { ...rest, template };
  const ofType = (type: string): readonly Resource[] =>
    [...template.resources.values()].filter((resource) => resource.type === type);
  return {
    schedules: [
      ...ofType('AWS::Events::Rule').flatMap((rule) => readRule(rule, parts) ?? []),
      ...ofType('AWS::Scheduler::Schedule').flatMap((schedule) => readSchedule(schedule, parts) ?? []),
    ],
    streams: ofType('AWS::Lambda::EventSourceMapping').flatMap((mapping) => readMapping(mapping, parts)),
  };
}

function readMapping(mapping: Resource, parts: MappingParts): readonly StreamMapping[] {
  const stream = readStreamMapping(mapping, parts);
  if (stream !== undefined) return [stream];
  if (mapping.properties.Enabled === false) return [];
  throw new Unsupported(mapping, 'its source is not the stream of a table of this template');
}
