/** What the host gives a thread at its start, and what the two say to each other. */
import type { Cell } from '../claims';
import type { Line } from '../mailbox';

export interface RuntimeSettings {
  readonly codeDirectory: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly payloadBytesMax: number;
  readonly logCharsMax: number;
  /** See `claims.ts`. */
  readonly cell: Cell;
  readonly toRuntime: Line;
  readonly fromRuntime: Line;
}

/** The body is the event, as JSON. */
export interface ToRuntime {
  readonly awsRequestId: string;
  readonly number: number;
  readonly remainingMs: number;
}

export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: string;
}

interface Measured {
  readonly memoryBytes: number;
  /** The handler waited for nothing: only computed. */
  readonly atOnce: boolean;
}

/** The body is what was returned, as JSON, or what was logged. */
export type FromRuntime =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly stream: 'stdout' | 'stderr' }
  | ({ readonly kind: 'returned' } & Measured)
  | ({ readonly kind: 'failed' } & RuntimeError & Measured)
  | ({ readonly kind: 'crashed' } & RuntimeError);
