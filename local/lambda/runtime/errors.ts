import type { RuntimeError } from './messages';

/** Lambda's names for what a function can do wrong; `errorType` of anything else is the error's own name. */
export function runtimeError(errorType: string, errorMessage: string, cause?: unknown): Error {
  return Object.assign(new Error(errorMessage, { cause }), { name: errorType });
}

/** Handlers throw anything, from Error to undefined; Lambda reports a name and a message for each. */
export function describe(thrown: unknown): RuntimeError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: '' };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack ?? '' };
}
