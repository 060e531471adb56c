/** One JSON object per line, the form that CloudWatch Logs Insights reads. Ids only: never what a client wrote. */
export function log(level: 'INFO' | 'ERROR', fields: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ level, ...fields }));
}

/** Records a fault that has no reply to go to, with its stack and the fault behind it. */
export function report(cause: unknown): void {
  log('ERROR', describe(cause));
}

function describe(cause: unknown): Record<string, unknown> {
  if (!(cause instanceof Error)) return { message: String(cause) };
  const { name, message, stack } = cause;
  return { message, errorType: name, stack, ...(cause.cause === undefined ? {} : { cause: describe(cause.cause) }) };
}
