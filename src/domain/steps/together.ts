/**
 * As `Promise.all`, of what waits for nothing of each other; but it rejects, with the first failure, only after all have ended: what a
 * Lambda leaves under way goes on with its next invocation, or never.
 */
export async function together<T extends readonly unknown[]>(
  ...steps: { readonly [K in keyof T]: Promise<T[K]> | T[K] }
): Promise<T> {
  await Promise.allSettled(steps);
  return (await Promise.all(steps)) as unknown as T;
}
