/** An environment variable that the stack sets. Read when the Lambda starts, so that a missing one fails at once. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`The environment variable ${name} is not set. The stack sets it: see lib/chat-function.ts.`);
  return value;
}

/** As `requiredNumber`, for one that need not be there. */
export function optionalNumber(name: string): number | undefined {
  return process.env[name] ? requiredNumber(name) : undefined;
}

/** As `required`, for a number above zero. */
export function requiredNumber(name: string): number {
  const value = Number(required(name));
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(
    `The environment variable ${name} must be a number above 0, not ${JSON.stringify(process.env[name])}.`,
  );
}
