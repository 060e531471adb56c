import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { FanOut, FanOutJob } from '../../domain/ports/ports';
import { request } from '../request';

/** A client for a Lambda. As with the database: three attempts of three seconds end inside the function's ten. */
export function createQueueClient(): SQSClient {
  return new SQSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
}

/** The queue of what is left to do of telling large groups. */
export function fanOutTo(client: SQSClient, queueUrl: string): FanOut {
  return {
    async enqueue(job) {
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(job) });
      await request(() => client.send(command));
    },
  };
}

/** The job that a message of the queue carries. Nobody but `enqueue` writes there, so anything else is a bug. */
export function toJob(body: string): FanOutJob {
  const job: Partial<FanOutJob> = JSON.parse(body);
  if (!job.conversation || !job.seq || !job.except) throw new Error('A message of the queue is no job.');
  return { conversation: job.conversation, seq: job.seq, except: job.except, from: job.from };
}
