/**
 * The one table of routes: what API Gateway selects, what decodes it, what it does, and what its Lambda may do. The CDK
 * stack, the local gateway's checks, the docs check and the Lambdas read it.
 *
 * Each row is an export by its route key, and made by a function of this file that esbuild knows to have no side effects (it reads the
 * annotation within a file only): so a Lambda, which reads its own row, carries no other one's operation.
 */

import type { BoundRoute, OpenRoute } from './domain/frames/answer-frame';
import * as operations from './domain/operations';
import { allOf, DELIVER, type Grants, PUSH, RELEASE, TOUCH } from './grants';
import type { Action } from './protocol/commands';
import * as commands from './protocol/commands';

interface Row<A extends Action, Operation> {
  readonly action: A;
  readonly command: (typeof commands)[A];
  readonly operation: Operation;
  /** Beside what recognising the caller takes. */
  readonly grants?: readonly Grants[];
  readonly quiet?: boolean;
}

/** A command that anybody may send. */
// @__NO_SIDE_EFFECTS__
function anyone<A extends Action, Ports>({ grants = [], ...row }: Row<A, OpenRoute<A, Ports>['operation']>) {
  return { ...row, caller: 'anyone', grants: allOf(...grants) } as const;
}

/** A command of somebody who is logged in, whom its Lambda has to recognise. */
// @__NO_SIDE_EFFECTS__
function user<A extends Action, Ports>({ grants = [], ...row }: Row<A, BoundRoute<A, Ports>['operation']>) {
  return { ...row, caller: 'user', grants: allOf(TOUCH, ...grants) } as const;
}

export const $connect = {
  operation: operations.openConnection,
  grants: { connections: ['dynamodb:PutItem'] } satisfies Grants,
};

export const $disconnect = { operation: operations.releaseConnection, grants: RELEASE };

export const $default = { operation: operations.answerUnroutable, grants: TOUCH };

export const reg = anyone({
  action: 'reg',
  command: commands.reg,
  operation: operations.reg,
  grants: [{ chat: ['dynamodb:PutItem'] }],
});

export const login = anyone({
  action: 'login',
  command: commands.login,
  operation: operations.login,
  grants: [
    TOUCH,
    RELEASE,
    {
      byUser: ['dynamodb:Query'],
      chat: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
    },
  ],
});

export const logout = user({
  action: 'logout',
  command: commands.logout,
  operation: operations.logout,
  grants: [RELEASE, { chat: ['dynamodb:GetItem'] }],
});

export const passwd = user({
  action: 'passwd',
  command: commands.passwd,
  operation: operations.passwd,
  grants: [RELEASE, { chat: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'] }],
});

export const ping = user({
  action: 'ping',
  command: commands.ping,
  operation: operations.ping,
});

export const chat = user({
  action: 'chat',
  command: commands.chat,
  operation: operations.chat,
  grants: [DELIVER, { chat: ['dynamodb:PutItem'] }],
});

export const history = user({
  action: 'history',
  command: commands.history,
  operation: operations.history,
  grants: [{ chat: ['dynamodb:Query', 'dynamodb:BatchGetItem'] }],
});

export const sync = user({
  action: 'sync',
  command: commands.sync,
  operation: operations.sync,
  grants: [{ chat: ['dynamodb:Query', 'dynamodb:BatchGetItem'] }],
});

export const ack = user({
  action: 'ack',
  command: commands.ack,
  operation: operations.ack,
  quiet: true,
  grants: [PUSH, { chat: ['dynamodb:Query'] }],
});

export const typing = user({
  action: 'typing',
  command: commands.typing,
  operation: operations.typing,
  quiet: true,
  grants: [PUSH, { chat: ['dynamodb:GetItem', 'dynamodb:Query'] }],
});

export const createGroup = user({
  action: 'createGroup',
  command: commands.createGroup,
  operation: operations.createGroup,
  grants: [PUSH, { chat: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'] }],
});

export const joinGroup = user({
  action: 'joinGroup',
  command: commands.joinGroup,
  operation: operations.joinGroup,
  grants: [DELIVER, { chat: ['dynamodb:PutItem'] }],
});

export const leaveGroup = user({
  action: 'leaveGroup',
  command: commands.leaveGroup,
  operation: operations.leaveGroup,
  grants: [DELIVER, { chat: ['dynamodb:PutItem', 'dynamodb:DeleteItem'] }],
});

export const members = user({
  action: 'members',
  command: commands.members,
  operation: operations.members,
  grants: [{ chat: ['dynamodb:GetItem', 'dynamodb:Query'] }],
});

export const block = user({
  action: 'block',
  command: commands.block,
  operation: operations.block,
  grants: [
    PUSH,
    {
      chat: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'],
    },
  ],
});

export const presence = user({
  action: 'presence',
  command: commands.presence,
  operation: operations.presence,
  grants: [{ chat: ['dynamodb:Query', 'dynamodb:BatchGetItem'] }],
});

export const devices = user({
  action: 'devices',
  command: commands.devices,
  operation: operations.devices,
  grants: [RELEASE, { byUser: ['dynamodb:Query'], chat: ['dynamodb:GetItem'] }],
});

export const addFriend = user({
  action: 'addFriend',
  command: commands.addFriend,
  operation: operations.addFriend,
  grants: [
    PUSH,
    {
      chat: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
    },
  ],
});

export const removeFriend = user({
  action: 'removeFriend',
  command: commands.removeFriend,
  operation: operations.removeFriend,
  grants: [PUSH, { chat: ['dynamodb:GetItem', 'dynamodb:DeleteItem'] }],
});
