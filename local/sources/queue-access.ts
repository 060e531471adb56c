/**
 * Which permission a request of SQS needs (Service Authorization Reference, "Actions, resources, and condition keys for
 * Amazon SQS"): a batch needs what a single one does.
 */
import type { Location } from '../app/description';
import type { Access } from '../iam/policy';
import type { Fields } from './queue-requests';

export function queueAccess(operation: string, request: Fields, { region, accountId }: Location): Access {
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  const name = queueNameOf(request);
  return { action, resource: name === undefined ? '*' : `arn:aws:sqs:${region}:${accountId}:${name}` };
}

/** The last part of the URL; ListQueues has neither. */
function queueNameOf({ QueueName: name, QueueUrl: url }: Fields): string | undefined {
  if (typeof name === 'string') return name;
  return typeof url === 'string' ? url.replace(/^.*\//, '') : undefined;
}
