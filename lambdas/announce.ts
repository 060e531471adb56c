import { log } from '../src/adapters/lambda/log';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { readProfileRecords, type StreamEvent } from '../src/adapters/lambda/stream-event';
import { tasks } from '../src/tasks';

const ports = { ...stores(), ...sockets() };

/** Lambda comes again from the first of the records that are named here on, in their order. */
export async function handler({ Records }: StreamEvent) {
  const records = readProfileRecords(Records, ports.report);
  const failed = await tasks.announce.operation(
    ports,
    records.map(({ change }) => change),
  );
  log('INFO', { message: 'announced', records: Records.length, failed: failed.length });
  const isFailed = ({ change }: (typeof records)[number]) => failed.includes(change.after.userId);
  return {
    batchItemFailures: records.filter(isFailed).map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })),
  };
}
