import { connections, groupLists, log, presence } from '../src/adapters/dynamodb/stores';
import type { LambdaContext } from '../src/adapters/lambda/event';
import { runInvocation } from '../src/adapters/lambda/invocation';
import { fanOut, sockets, stores } from '../src/adapters/lambda/ports';
import { toJob } from '../src/adapters/sqs/fan-out';
import { 'fan-out' as task } from '../src/tasks';

const ports = { ...stores({ connections, groups: groupLists, log, presence }), ...sockets(), ...fanOut() };

/** What we read of an event of a queue (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** A job that fails comes again, and after some tries goes to a queue where it can be looked at; the others are done. */
export function handler({ Records }: QueueEvent, context?: LambdaContext) {
  return runInvocation({ ids: { route: 'fan-out', requestId: context?.awsRequestId } }, async () => {
    const done = await Promise.allSettled(Records.map(async ({ body }) => task.operation(ports, toJob(body))));
    const failed = Records.filter((_, index) => done[index]?.status === 'rejected');
    for (const outcome of done) if (outcome.status === 'rejected') ports.report(outcome.reason);
    const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
    return { message: 'fanned out', jobs: Records.length, failed: failed.length, result: { batchItemFailures } };
  });
}
