/** What a template says of event sources: everything that invokes a function without a client's message. */

export interface ScheduleDescription {
  readonly logicalId: string;
  /** Of the rule or the schedule, as the event's `resources` name it. */
  readonly arn: string;
  /** EventBridge's rules and its Scheduler describe themselves differently in the event. */
  readonly source: 'aws.events' | 'aws.scheduler';
  /** `rate(…)`, `cron(…)`, and for the Scheduler also `at(…)`. */
  readonly expression: string;
  readonly targets: readonly ScheduleTarget[];
}

export interface ScheduleTarget {
  readonly functionId: string;
  /** The whole event, parsed, where the target's `Input` replaces EventBridge's own. */
  readonly input?: { readonly value: unknown };
}

export interface SourcesDescription {
  readonly schedules: readonly ScheduleDescription[];
}
