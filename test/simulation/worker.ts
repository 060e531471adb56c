/** A process of the pool: does one job after the other, until its parent hangs up. */
import { type Job, runJob } from './jobs';

process.on('message', async (job: Job) => {
  process.send?.(await runJob(job));
});
