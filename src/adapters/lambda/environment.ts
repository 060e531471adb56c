/** An environment variable that the stack sets. Read when the Lambda starts, so that a missing one fails at once. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`The environment variable ${name} is not set. The stack sets it: see lib/route-functions.ts.`);
  return value;
}
