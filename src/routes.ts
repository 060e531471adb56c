/**
 * The one table of routes: what API Gateway selects, what decodes it, what it does, and what its Lambda may do. The CDK
 * stack, the local gateway's checks, the docs check and the Lambdas read it.
 */

import { devices } from './domain/accounts/devices';
import { login } from './domain/accounts/login';
import { logout } from './domain/accounts/logout';
import { passwd } from './domain/accounts/passwd';
import { reg } from './domain/accounts/reg';
import { answerUnroutable, type BoundRoute, type OpenRoute } from './domain/frames/answer-frame';
import { addFriend } from './domain/friends/add-friend';
import { block } from './domain/friends/block';
import { removeFriend } from './domain/friends/remove-friend';
import { createGroup } from './domain/groups/create-group';
import { joinGroup } from './domain/groups/join-group';
import { leaveGroup } from './domain/groups/leave-group';
import { members } from './domain/groups/members';
import { ack } from './domain/messages/ack';
import { chat } from './domain/messages/chat';
import { history } from './domain/messages/history';
import { sync } from './domain/messages/sync';
import { typing } from './domain/messages/typing';
import { openConnection } from './domain/presence/open-connection';
import { ping } from './domain/presence/ping';
import { presence } from './domain/presence/presence';
import { releaseConnection } from './domain/presence/release-connection';
import { DELIVER, type Grants, RELEASE } from './grants';
import { type Action, commands } from './protocol/commands';

interface Row<A extends Action, Operation> {
  readonly action: A;
  readonly operation: Operation;
  readonly grants: Grants;
  readonly quiet?: boolean;
}

function anyone<A extends Action, Ports>(row: Row<A, OpenRoute<A, Ports>['operation']>) {
  return { ...row, caller: 'anyone', command: commands[row.action] } as const;
}

// Recognising the caller renews the lease and charges for the command (UpdateItem, on both tables); an unknown connection is told so and closed (POST, DELETE).
function user<A extends Action, Ports>(row: Row<A, BoundRoute<A, Ports>['operation']>) {
  return { ...row, caller: 'user', command: commands[row.action] } as const;
}

/** Whoever recognises a caller may have to charge their account: it is on their profile. */
const CHARGE = ['dynamodb:UpdateItem'] as const;

const FENCE = ['POST', 'DELETE'] as const;

/** Recognising the caller, or unbinding a row that is kept, is an update; `releaseConnection` needs the others. */
const RELEASE_AND_TOUCH = [...RELEASE.connections, 'dynamodb:UpdateItem'] as const;

export const routes = {
  $connect: { operation: openConnection, grants: { connections: ['dynamodb:PutItem'] } },
  $disconnect: {
    operation: releaseConnection,
    grants: RELEASE,
  },
  $default: {
    operation: answerUnroutable,
    grants: { connections: ['dynamodb:UpdateItem'], chat: CHARGE, sockets: FENCE },
  },
  reg: anyone({ action: 'reg', operation: reg, grants: { chat: ['dynamodb:PutItem'] } }),
  login: anyone({
    action: 'login',
    operation: login,
    grants: {
      connections: RELEASE_AND_TOUCH,
      byUser: ['dynamodb:Query'],
      chat: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      sockets: FENCE,
    },
  }),
  logout: user({
    action: 'logout',
    operation: logout,
    grants: { connections: RELEASE_AND_TOUCH, chat: [...RELEASE.chat, 'dynamodb:GetItem'], sockets: FENCE },
  }),
  passwd: user({
    action: 'passwd',
    operation: passwd,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [...RELEASE.chat, 'dynamodb:GetItem', 'dynamodb:BatchGetItem'],
      sockets: FENCE,
    },
  }),
  ping: user({
    action: 'ping',
    operation: ping,
    grants: { connections: ['dynamodb:UpdateItem'], chat: CHARGE, sockets: FENCE },
  }),
  chat: user({
    action: 'chat',
    operation: chat,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [...DELIVER.chat, 'dynamodb:PutItem'],
      fanOut: DELIVER.fanOut,
      sockets: [...FENCE, 'GET'],
    },
  }),
  history: user({
    action: 'history',
    operation: history,
    grants: {
      connections: ['dynamodb:UpdateItem'],
      chat: [...CHARGE, 'dynamodb:Query', 'dynamodb:BatchGetItem'],
      sockets: FENCE,
    },
  }),
  sync: user({
    action: 'sync',
    operation: sync,
    grants: {
      connections: ['dynamodb:UpdateItem'],
      chat: [...CHARGE, 'dynamodb:Query', 'dynamodb:BatchGetItem'],
      sockets: FENCE,
    },
  }),
  ack: user({
    action: 'ack',
    operation: ack,
    quiet: true,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [...RELEASE.chat, 'dynamodb:BatchGetItem', 'dynamodb:Query'],
      sockets: [...FENCE, 'GET'],
    },
  }),
  typing: user({
    action: 'typing',
    operation: typing,
    quiet: true,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [...RELEASE.chat, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
      sockets: [...FENCE, 'GET'],
    },
  }),
  createGroup: user({
    action: 'createGroup',
    operation: createGroup,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [...DELIVER.chat, 'dynamodb:PutItem'],
      fanOut: DELIVER.fanOut,
      sockets: [...FENCE, 'GET'],
    },
  }),
  joinGroup: user({
    action: 'joinGroup',
    operation: joinGroup,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [...DELIVER.chat, 'dynamodb:PutItem'],
      fanOut: DELIVER.fanOut,
      sockets: [...FENCE, 'GET'],
    },
  }),
  leaveGroup: user({
    action: 'leaveGroup',
    operation: leaveGroup,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [...DELIVER.chat, 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      fanOut: DELIVER.fanOut,
      sockets: [...FENCE, 'GET'],
    },
  }),
  members: user({
    action: 'members',
    operation: members,
    grants: {
      connections: ['dynamodb:UpdateItem'],
      chat: [...CHARGE, 'dynamodb:GetItem', 'dynamodb:Query'],
      sockets: FENCE,
    },
  }),
  block: user({
    action: 'block',
    operation: block,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [
        ...RELEASE.chat,
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:DeleteItem',
        'dynamodb:ConditionCheckItem',
      ],
      sockets: [...FENCE, 'GET'],
    },
  }),
  presence: user({
    action: 'presence',
    operation: presence,
    grants: {
      connections: ['dynamodb:UpdateItem'],
      chat: [...CHARGE, 'dynamodb:Query', 'dynamodb:BatchGetItem'],
      sockets: FENCE,
    },
  }),
  devices: user({
    action: 'devices',
    operation: devices,
    grants: {
      connections: RELEASE_AND_TOUCH,
      byUser: ['dynamodb:Query'],
      chat: [...RELEASE.chat, 'dynamodb:GetItem'],
      sockets: FENCE,
    },
  }),
  addFriend: user({
    action: 'addFriend',
    operation: addFriend,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [
        ...RELEASE.chat,
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:ConditionCheckItem',
      ],
      sockets: [...FENCE, 'GET'],
    },
  }),
  removeFriend: user({
    action: 'removeFriend',
    operation: removeFriend,
    grants: {
      connections: RELEASE_AND_TOUCH,
      chat: [...RELEASE.chat, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:DeleteItem'],
      sockets: [...FENCE, 'GET'],
    },
  }),
} as const;

export type RouteKey = keyof typeof routes;

/** API Gateway's own routes say nothing to the client, except `$default`. */
export function repliesToClient(routeKey: RouteKey): boolean {
  return routeKey !== '$connect' && routeKey !== '$disconnect';
}

/** The file in `lambdas/` that serves a route, without its suffix: `addFriend` is in `add-friend`. */
export function lambdaFile(routeKey: RouteKey): string {
  return routeKey.replace('$', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
