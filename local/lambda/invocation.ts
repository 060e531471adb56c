/** The contract between the gateway and whatever runs the Lambdas. */

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** The invocation's id, as `context.awsRequestId` has it. */
  readonly requestId?: string;
}

/** What Lambda's `REPORT` line says. Memory is the thread's heap and buffers; AWS counts Node itself, some 60 MB more. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly billedDurationMs: number;
  readonly memorySizeMb: number;
  /** Of all of this environment's invocations so far. */
  readonly maxMemoryUsedMb: number;
  /** Of a cold start: from the start of the thread until its handler was loaded. */
  readonly initDurationMs?: number;
}

interface Invoked {
  /** AWS_ACCESS_KEY_ID of the execution environment: the key under which its DynamoDB units are metered. */
  readonly accessKeyId: string;
  readonly durationMs: number;
  readonly coldStart: boolean;
  readonly logs: readonly LogLine[];
  /** Absent when no environment ran it. */
  readonly report?: Report;
}

/** The handler returned (payload is its result, after a JSON round trip), threw or crashed, or ran out of time. */
export type Invocation = Invoked &
  (
    | { readonly outcome: 'returned'; readonly payload: unknown }
    | { readonly outcome: 'failed'; readonly errorType: string; readonly errorMessage: string; readonly trace: string }
    | { readonly outcome: 'timed-out' }
  );

export interface InvokableFunction {
  invoke(event: unknown): Promise<Invocation>;
  close(): Promise<void>;
}
