/** The contract between the gateway and whatever runs the Lambdas. */

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

interface Invoked {
  /** AWS_ACCESS_KEY_ID of the execution environment: the key under which its DynamoDB units are metered. */
  readonly accessKeyId: string;
  readonly durationMs: number;
  readonly coldStart: boolean;
  readonly logs: readonly LogLine[];
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
