import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Job, JobResult } from './jobs';

interface PoolOptions {
  readonly workers?: number;
  /** Called with each result, in the order in which they come; `true` ends all. */
  readonly onResult?: (result: JobResult) => boolean | undefined;
}

/**
 * Does jobs in processes of their own, as many as there are cores: jest has one less, and its sandbox takes twice as long for the
 * same work. Resolves with the results, in the order of the jobs; the missing ones were not reached.
 */
export async function runJobs(
  jobs: readonly Job[],
  options: PoolOptions = {},
): Promise<readonly (JobResult | undefined)[]> {
  const { workers = availableParallelism(), onResult = () => false } = options;
  const results: (JobResult | undefined)[] = jobs.map(() => undefined);
  const queue = jobs.entries();
  let isOver = false;
  const drain = async () => {
    const worker = startWorker();
    try {
      for (const [index, job] of queue) {
        if (isOver) break;
        const result = await worker.run(job);
        results[index] = result;
        if (onResult(result)) isOver = true;
      }
    } finally {
      worker.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, drain));
  return results;
}

function startWorker() {
  const child: ChildProcess = fork(join(__dirname, 'worker.ts'), { execArgv: ['--import', 'tsx'] });
  const run = (job: Job) =>
    new Promise<JobResult>((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`A worker ended (${code}) before its work was done.`));
      child.once('exit', onExit);
      child.once('message', (result) => {
        child.off('exit', onExit);
        resolve(result as JobResult);
      });
      child.send(job);
    });
  return { run, end: () => child.disconnect() };
}
