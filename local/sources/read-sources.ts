import type { Resource, Template } from '../app/template';
import type { SourcesDescription } from './description';
import { readRule, readSchedule, type SourceParts } from './read-schedules';

/** The types of resources that `readSources` understands. */
export const SOURCE_TYPES: readonly string[] = ['AWS::Events::Rule', 'AWS::Scheduler::Schedule'];

/**
 * The template's event sources.
 *
 * @throws Unsupported, naming the resource, for whatever would behave otherwise than in AWS.
 */
export function readSources(template: Template, parts: SourceParts): SourcesDescription {
  const ofType = (type: string): readonly Resource[] =>
    [...template.resources.values()].filter((resource) => resource.type === type);
  return {
    schedules: [
      ...ofType('AWS::Events::Rule').flatMap((rule) => readRule(rule, parts) ?? []),
      ...ofType('AWS::Scheduler::Schedule').flatMap((schedule) => readSchedule(schedule, parts) ?? []),
    ],
  };
}
