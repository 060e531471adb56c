/**
 * The table of tasks, beside that of routes: what AWS invokes without a client's message. Each has a Lambda of its own, in
 * `lambdas/<task>.ts`, with the grants of its row; `lib/` has what invokes it. Made as the routes are, for small bundles.
 */

import * as operations from './domain/operations';
import { allOf, type Grants, PUSH, RELEASE } from './grants';

interface Row<Operation> {
  readonly operation: Operation;
  readonly grants: readonly Grants[];
}

// @__NO_SIDE_EFFECTS__
function task<Operation>({ operation, grants }: Row<Operation>) {
  return { operation, grants: allOf(...grants) };
}

/** By a schedule, each minute. */
export const sweep = task({
  operation: operations.keepSweeping,
  grants: [RELEASE, { connections: ['dynamodb:Scan', 'dynamodb:UpdateItem'], sockets: ['GET', 'DELETE'] }],
});

/** By the stream of `Chat`, which orders the changes of each user. */
export const announce = task({
  operation: operations.announcePresence,
  grants: [PUSH, { chat: ['dynamodb:Query'] }],
});

/** By the queue of large groups' deliveries. */
const fanOut = task({
  operation: operations.fanOut,
  grants: [PUSH, { chat: ['dynamodb:Query'], fanOut: ['sqs:SendMessage'] }],
});

export { fanOut as 'fan-out' };
