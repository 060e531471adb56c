import type { Meter } from '../../domain/ports/meter';
import type { Sockets } from '../../domain/ports/ports';
import { describeError } from './describe-error';
import { isLogged, write } from './log';
import { metricsOf } from './metrics';
import { takeCalls } from './timed-ports';

interface Ids {
  readonly route: string;
  /** API Gateway's, for what a client caused; otherwise Lambda's. */
  readonly requestId?: string | undefined;
  readonly connectionId?: string | undefined;
}

interface Running {
  readonly ids: Ids;
  /** What the client wrote: to keep it out of the log. */
  readonly frame?: string | undefined;
}

/** The line that ends an invocation: `message` says what was done. */
interface Line {
  readonly message: string;
  readonly [field: string]: unknown;
}

/** An execution environment runs one invocation at a time. */
let running: Running | undefined;

/** What it has pushed last: it may be what somebody else wrote. */
let pushed: string | undefined;

/** The dimension is there on a laptop too, where nobody reads it. */
const metrics = metricsOf(process.env.API_NAME ?? 'Rollcall');

export const meter: Meter = metrics;

/** For the adapters, which alone see how a command was answered. */
export const { refuse } = metrics;

/** Records a fault that has no reply to go to, with its stack and the fault behind it. */
export function report(cause: unknown): void {
  meter.count('Faults');
  write('ERROR', { ...running?.ids, ...describeError(cause, [running?.frame, pushed]) });
}

/** The same sockets; what they push is kept out of the log as the frame is. */
export function concealed(sockets: Sockets): Sockets {
  const push: Sockets['push'] = (connectionId, text) => {
    pushed = text;
    return sockets.push(connectionId, text);
  };
  return { ...sockets, push };
}

/**
 * Does what one invocation is for, and ends it with one line: its ids, what came of it, and its metrics. What is reported on
 * the way has the same ids. Rejects where `work` does, which Lambda counts as an error; with no more than a log may have,
 * because Lambda logs it too.
 */
export async function runInvocation<T>(
  invocation: Running,
  work: () => Promise<Line & { readonly result: T }>,
): Promise<T> {
  running = invocation;
  // Should Lambda end it in the middle, this line is all that says what it was for.
  if (isLogged('DEBUG')) write('DEBUG', { ...invocation.ids, message: 'begun' });
  const begun = performance.now();
  try {
    const { result, ...line } = await work();
    end('INFO', { ...line, durationMs: Math.round(performance.now() - begun) });
    return result;
  } catch (cause) {
    meter.count('Faults');
    const told = describeError(cause, [invocation.frame, pushed]);
    end('ERROR', { ...told });
    throw Object.assign(new Error(told.message), { name: told.errorType, stack: told.stack });
  } finally {
    running = undefined;
    pushed = undefined;
  }
}

/** Metrics are not less wanted where fewer lines are: they go on one without the rest. */
function end(level: 'INFO' | 'ERROR', line: Readonly<Record<string, unknown>>): void {
  const told = metrics.take(Date.now());
  if (isLogged(level)) write(level, { ...running?.ids, ...line, ...takeCalls(), ...told });
  else if ('_aws' in told) write(level, told);
}
