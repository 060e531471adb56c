/** What is counted. The names are those in CloudWatch; RUNBOOK.md says what each tells. */
export const COUNTED = [
  'Opened',
  'Closed',
  'Reaped',
  'LoginsByPassword',
  'LoginsByToken',
  'LoginsByIdentity',
  'LoginsFailed',
  'Messages',
  'PushesDelivered',
  'PushesGone',
  'PushesFailed',
  'GoneConfirmed',
  'GoneFalse',
  'FanOutPages',
  'Conflicts',
  'SweepPasses',
  'SweepScanned',
  'Faults',
] as const;

/** What is measured, in milliseconds. */
export const MEASURED = ['PushLatency', 'TimeToOffline'] as const;

export type Counted = (typeof COUNTED)[number];
export type Measured = (typeof MEASURED)[number];

/** Who is told what happens, how often and how fast: never who did it, nor what they wrote. */
export interface Meter {
  /** Adds to a count. Nothing is nothing: a count of 0 is not told. */
  count(what: Counted, by?: number): void;
  /** One measured time, in milliseconds. */
  measure(what: Measured, ms: number): void;
}

export interface Metered {
  readonly meter: Meter;
}
