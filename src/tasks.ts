/**
 * The table of tasks, beside that of routes: what AWS invokes without a client's message. Each has a Lambda of its own, in
 * `lambdas/<task>.ts`, with the grants of its row; `lib/` has what invokes it.
 */

import { fanOut } from './domain/messages/fan-out';
import { announcePresence } from './domain/presence/announce-presence';
import { keepSweeping } from './domain/presence/keep-sweeping';
import { DELIVER, RELEASE } from './grants';

export const tasks = {
  /** By a schedule, each minute. */
  sweep: {
    operation: keepSweeping,
    grants: {
      connections: [...RELEASE.connections, 'dynamodb:Scan', 'dynamodb:UpdateItem'],
      chat: RELEASE.chat,
      sockets: ['GET', 'DELETE'],
    },
  },
  /** By the stream of `Chat`, which orders the changes of each user. */
  announce: {
    operation: announcePresence,
    grants: {
      connections: RELEASE.connections,
      chat: [...RELEASE.chat, 'dynamodb:Query', 'dynamodb:BatchGetItem'],
      sockets: ['POST', 'GET'],
    },
  },
  /** By the queue of large groups' deliveries. */
  'fan-out': {
    operation: fanOut,
    grants: {
      connections: RELEASE.connections,
      chat: [...RELEASE.chat, 'dynamodb:Query', 'dynamodb:BatchGetItem'],
      fanOut: DELIVER.fanOut,
      sockets: ['POST', 'GET'],
    },
  },
} as const;
