import type { FunctionName } from '../../lib/function-name';
import { FUNCTION_SIZES } from '../../lib/function-sizes';
import type { Quantities } from './dollars';

/** What no count can tell. Each is meant to be replaced by what your own account's metrics say. */
export const RUN_ASSUMED = {
  /** Billed, in ms, of a warm Lambda, whatever it does. */
  startMs: 5,
  /** DynamoDB's answer: for each of the requests that are one after the other. */
  roundMs: 5,
  /** The answer of `@connections`; and what each post costs beyond the first, since they go side by side, but take CPU. */
  callbackMs: 15,
  furtherCallbackMs: 1,
  /** scrypt, with the memory that hashing functions get (lib/function-sizes.ts). */
  hashMs: 190,
  /** A line, and what CloudWatch Logs counts beside it. */
  logBytes: { ping: 240, other: 500 },
} as const;

/** What one run of a Lambda was counted to use. */
export interface Run {
  /** Requests to DynamoDB, one after the other. */
  readonly inSequence: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Requests to `@connections`, after those. */
  readonly callbacks: number;
  /** Frames that clients sent, replies and pushes. */
  readonly messages: number;
  /** Passwords that were hashed. */
  readonly hashes: number;
  readonly queueRequests: number;
}

/** In ms, as assumed. */
export function billedMs({ inSequence, callbacks, hashes }: Pick<Run, 'inSequence' | 'callbacks' | 'hashes'>): number {
  const { startMs, roundMs, callbackMs, furtherCallbackMs, hashMs } = RUN_ASSUMED;
  // Of what happens now and then only, a part is an average.
  const pushing = Math.min(1, callbacks) * callbackMs + Math.max(0, callbacks - 1) * furtherCallbackMs;
  return startMs + inSequence * roundMs + pushing + hashes * hashMs;
}

/** What one run is charged for, with so much memory. */
export function quantitiesOf(run: Run, memoryMb: number, logBytes: number = RUN_ASSUMED.logBytes.other): Quantities {
  const { readUnits, writeUnits, messages, queueRequests } = run;
  const gigabyteSeconds = (billedMs(run) / 1000) * (memoryMb / 1024);
  return { messages, minutes: 0, invocations: 1, gigabyteSeconds, readUnits, writeUnits, queueRequests, logBytes };
}

/** The same for a function of the stack. */
export function quantitiesOfFunction(name: FunctionName, run: Run): Quantities {
  const { ping, other } = RUN_ASSUMED.logBytes;
  return quantitiesOf(run, FUNCTION_SIZES[name].memoryMb, name === 'ping' ? ping : other);
}
