/**
 * The one table of routes: what API Gateway selects, what decodes it, what it does, and what its Lambda may do. The CDK
 * stack, the local gateway's checks, the docs check and the Lambdas read it.
 */
import { ack } from './domain/ack';
import { answerUnroutable, type BoundRoute, type OpenRoute } from './domain/answer-frame';
import { chat } from './domain/chat';
import { login } from './domain/login';
import { logout } from './domain/logout';
import { openConnection } from './domain/open-connection';
import { ping } from './domain/ping';
import { reg } from './domain/reg';
import { releaseConnection } from './domain/release-connection';
import { type Action, commands } from './protocol/commands';

type TableAction =
  | 'dynamodb:GetItem'
  | 'dynamodb:Query'
  | 'dynamodb:PutItem'
  | 'dynamodb:UpdateItem'
  | 'dynamodb:DeleteItem';

/** What a route's Lambda may do, and nothing else. A transaction needs the actions of its parts. */
export interface Grants {
  readonly connections?: readonly TableAction[];
  /** The index `byUser` of `Connections`. */
  readonly byUser?: readonly 'dynamodb:Query'[];
  readonly chat?: readonly TableAction[];
  /** The methods of `@connections`. */
  readonly sockets?: readonly ('POST' | 'GET' | 'DELETE')[];
}

interface Row<A extends Action, Operation> {
  readonly action: A;
  readonly operation: Operation;
  readonly grants: Grants;
  readonly quiet?: boolean;
}

function anyone<A extends Action, Ports>(row: Row<A, OpenRoute<A, Ports>['operation']>) {
  return { ...row, caller: 'anyone', command: commands[row.action] } as const;
}

// Recognising the caller renews the lease (UpdateItem); an unknown connection is told so and closed (POST, DELETE).
function user<A extends Action, Ports>(row: Row<A, BoundRoute<A, Ports>['operation']>) {
  return { ...row, caller: 'user', command: commands[row.action] } as const;
}

const FENCE = ['POST', 'DELETE'] as const;

/** Parts of `releaseConnection`: find, delete or unbind, and flip the user. */
const RELEASE = {
  connections: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  chat: ['dynamodb:UpdateItem'],
} as const;

export const routes = {
  $connect: { operation: openConnection, grants: { connections: ['dynamodb:PutItem'] } },
  $disconnect: {
    operation: releaseConnection,
    grants: { connections: ['dynamodb:GetItem', 'dynamodb:DeleteItem'], chat: ['dynamodb:UpdateItem'] },
  },
  $default: { operation: answerUnroutable, grants: {} },
  reg: anyone({ action: 'reg', operation: reg, grants: { chat: ['dynamodb:PutItem'] } }),
  login: anyone({
    action: 'login',
    operation: login,
    grants: {
      connections: RELEASE.connections,
      byUser: ['dynamodb:Query'],
      chat: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      sockets: FENCE,
    },
  }),
  logout: user({ action: 'logout', operation: logout, grants: { ...RELEASE, sockets: FENCE } }),
  ping: user({ action: 'ping', operation: ping, grants: { connections: ['dynamodb:UpdateItem'], sockets: FENCE } }),
  chat: user({
    action: 'chat',
    operation: chat,
    grants: {
      connections: RELEASE.connections,
      chat: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      sockets: [...FENCE, 'GET'],
    },
  }),
  ack: user({
    action: 'ack',
    operation: ack,
    quiet: true,
    grants: { connections: ['dynamodb:UpdateItem'], chat: ['dynamodb:UpdateItem'], sockets: FENCE },
  }),
} as const;

export type RouteKey = keyof typeof routes;

/** API Gateway's own routes say nothing to the client, except `$default`. */
export function repliesToClient(routeKey: RouteKey): boolean {
  return routeKey !== '$connect' && routeKey !== '$disconnect';
}
