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

/** What streams and queues have in common. */
interface Mapping {
  readonly logicalId: string;
  readonly functionId: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Event filtering patterns, parsed: any of them lets an event through, and so does having none. */
  readonly filters: readonly unknown[];
  readonly reportsItemFailures: boolean;
}

export interface StreamMapping extends Mapping {
  /** The table's logical id, and its name. */
  readonly tableId: string;
  readonly tableName: string;
  /** As the template's GetAtt has it, and so every event. The engine's own ARN differs. */
  readonly streamArn: string;
  readonly startsAt: 'LATEST' | 'TRIM_HORIZON';
  /** Infinity unless the template sets a bound, as on AWS. */
  readonly retriesMax: number;
  readonly ageMsMax: number;
  readonly bisects: boolean;
  /** Batches at once: ParallelizationFactor. Changes of one key stay in one lane. */
  readonly lanes: number;
  /** The queue that is told of what was given up. */
  readonly onFailureArn?: string;
}

export interface QueueDescription {
  readonly logicalId: string;
  readonly queueName: string;
  readonly arn: string;
  /** What `Ref` is, and what clients send: on this machine. */
  readonly url: string;
  readonly isFifo: boolean;
  readonly deduplicatesByContent: boolean;
  readonly visibilityMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  /** Of a ReceiveMessage that does not say. */
  readonly waitMs: number;
  readonly bytesMax: number;
  /** The dead-letter queue, and how often a message may be received before it goes there. */
  readonly redrive?: { readonly arn: string; readonly receivesMax: number };
}

export interface QueueMapping extends Mapping {
  readonly queueId: string;
  readonly queueArn: string;
  readonly batchesAtOnce: number;
}

export interface SourcesDescription {
  readonly queues: readonly QueueDescription[];
  readonly queueMappings: readonly QueueMapping[];
  readonly streams: readonly StreamMapping[];
  readonly schedules: readonly ScheduleDescription[];
}
