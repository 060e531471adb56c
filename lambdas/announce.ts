import { connections, friendLists, presence } from '../src/adapters/dynamodb/stores';
import type { LambdaContext } from '../src/adapters/lambda/event';
import { runInvocation } from '../src/adapters/lambda/invocation';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { readProfileRecords, type StreamEvent } from '../src/adapters/lambda/stream-event';
import * as tasks from '../src/tasks';

const ports = { ...stores({ connections, friends: friendLists, presence }), ...sockets() };

/** Lambda comes again from the first of the records that are named here on, in their order. */
export function handler({ Records }: StreamEvent, context?: LambdaContext) {
  return runInvocation({ ids: { route: 'announce', requestId: context?.awsRequestId } }, async () => {
    const records = readProfileRecords(Records, ports.report);
    const changes = records.map(({ change }) => change);
    const failed = await tasks.announce.operation(ports, changes);
    const isFailed = ({ change }: (typeof records)[number]) => failed.includes(change.after.userId);
    const batchItemFailures = records
      .filter(isFailed)
      .map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber }));
    return { message: 'announced', records: Records.length, failed: failed.length, result: { batchItemFailures } };
  });
}
