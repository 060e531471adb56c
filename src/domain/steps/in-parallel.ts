/** Calls `work` for every item, at most `parallelMax` at once. Rejects with the first failure, after all have ended. */
export async function inParallel<T>(
  items: readonly T[],
  parallelMax: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = items.values();
  const drain = async () => {
    for (const item of queue) await work(item);
  };
  const lanes = Array.from({ length: Math.min(parallelMax, items.length) }, drain);
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected');
  if (failed) throw failed.reason;
}
