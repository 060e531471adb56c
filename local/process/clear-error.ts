/**
 * An error that a person can act on: its message is one line and says what to do, so it is shown without a stack.
 * Whatever else is thrown is a bug of ours, and is shown with one.
 */
export class ClearError extends Error {
  override readonly name = 'ClearError';
  /** Another program's own words (a synth's stderr, say), shown above the message. */
  readonly details: string;

  constructor(message: string, options: { readonly details?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.details = options.details ?? '';
  }
}

/** The `code` of a system error (`EADDRINUSE`, `ENOENT`, …), if it has one. */
export function codeOf(error: unknown): string | undefined {
  const { code } = fieldsOf(error);
  return typeof code === 'string' ? code : undefined;
}

/** What an error says, in one line. Some errors of the SDK have only a name. */
export function messageOf(error: unknown): string {
  const { message, name } = fieldsOf(error);
  return String(message || name || error).replaceAll(/\s*\n\s*/g, ' ');
}

// By their fields, not by `instanceof`: Node's own errors are of another realm inside a test runner's sandbox.
function fieldsOf(error: unknown): { readonly code?: unknown; readonly message?: unknown; readonly name?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
