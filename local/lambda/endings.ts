import type { RuntimeError } from './runtime/messages';

/** How an invocation ended, as far as its environment knows. */
export type End =
  | { readonly outcome: 'returned'; readonly payload: unknown }
  | ({ readonly outcome: 'failed' } & RuntimeError)
  | { readonly outcome: 'timed-out' };

export function failed({ errorType, errorMessage, trace }: RuntimeError): End {
  return { outcome: 'failed', errorType, errorMessage, trace };
}

export function exited(code: number): End {
  return failed({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with exit status ${code}`, trace: '' });
}

/** Read by its members: an error from a thread is no `instanceof Error` of a test's own realm. */
export function outOfMemoryOr(error: unknown): End {
  const { name = 'Error', message = String(error), stack = '', code } = Object(error);
  const errorType = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Runtime.OutOfMemory' : name;
  return failed({ errorType, errorMessage: message, trace: stack });
}
