/** One schema per action: what a client's frame must be, and what the operation gets. Unknown fields are refused by name. */
import * as v from 'valibot';
import type * as commands from './commands';
import {
  connection,
  conversation,
  cursors,
  group,
  groupDescription,
  groupName,
  heartbeat,
  messageId,
  messageText,
  newPassword,
  pageLimit,
  password,
  ref,
  seq,
  token,
  user,
  users,
} from './fields';

/** Of imported functions esbuild does not know that they only make something; of this one it does, and leaves out what no route uses. */
// @__NO_SIDE_EFFECTS__
function schema<Schema>(make: () => Schema): Schema {
  return make();
}

function command<const Action extends string, const Fields extends v.ObjectEntries>(action: Action, fields: Fields) {
  return v.strictObject({ action: v.literal(action), ref: v.optional(ref), ...fields });
}

interface Proof {
  readonly user?: unknown;
  readonly password?: unknown;
  readonly token?: unknown;
}

interface Target {
  readonly to?: unknown;
  readonly group?: unknown;
}

interface Page {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

interface Chat {
  readonly id?: string | undefined;
  readonly after?: number | undefined;
}

interface Ack {
  readonly received?: number | undefined;
  readonly read?: number | undefined;
}

// Without any, the connection itself may be proof enough: see `proveIdentity`.
const hasOneProofOrNone = ({ user, password, token }: Proof) =>
  token === undefined
    ? (user === undefined) === (password === undefined)
    : user === undefined && password === undefined;
// An id is only worth something with the point from which to look for it: see DESIGN.md §5, append.
const hasIdAndAfterOrNeither = ({ id, after }: Chat) => (id === undefined) === (after === undefined);
const hasOneTarget = (target: Target) => (target.to === undefined) !== (target.group === undefined);
const hasOneDirection = ({ before, after }: Page) => before === undefined || after === undefined;
const hasSomethingToAck = ({ received, read }: Ack) => received !== undefined || read !== undefined;

export const reg = schema(() => command('reg', { user, password: newPassword }));

export const login = schema(() =>
  v.pipe(
    command('login', {
      user: v.optional(user),
      password: v.optional(password),
      token: v.optional(token),
      heartbeat: v.optional(heartbeat),
    }),
    v.check((login) => hasOneProofOrNone(login), 'send "user" and "password", or "token"'),
  ),
);

export const logout = schema(() => command('logout', { everywhere: v.optional(v.boolean()) }));

export const passwd = schema(() => command('passwd', { password, newPassword }));

export const ping = schema(() => command('ping', {}));

export const chat = schema(() =>
  v.pipe(
    command('chat', {
      to: v.optional(user),
      group: v.optional(group),
      text: messageText,
      id: v.optional(messageId),
      after: v.optional(seq),
    }),
    v.check((chat) => hasOneTarget(chat), 'send "to" or "group", one of them'),
    v.check((chat) => hasIdAndAfterOrNeither(chat), '"id" and "after" go together: send both, or neither'),
  ),
);

export const ack = schema(() =>
  v.pipe(
    command('ack', { conversation, received: v.optional(seq), read: v.optional(seq) }),
    v.check((ack) => hasSomethingToAck(ack), 'send "received", "read" or both'),
  ),
);

export const history = schema(() =>
  v.pipe(
    command('history', {
      conversation,
      before: v.optional(seq),
      after: v.optional(seq),
      limit: v.optional(pageLimit),
    }),
    v.check((page) => hasOneDirection(page), 'send "before", "after" or neither'),
  ),
);

export const sync = schema(() => command('sync', { cursors: v.optional(cursors) }));

export const typing = schema(() =>
  v.pipe(
    command('typing', { to: v.optional(user), group: v.optional(group) }),
    v.check((typing) => hasOneTarget(typing), 'send "to" or "group", one of them'),
  ),
);

export const createGroup = schema(() =>
  command('createGroup', {
    name: groupName,
    description: v.optional(groupDescription),
    id: v.optional(group),
  }),
);

export const joinGroup = schema(() => command('joinGroup', { group }));

export const leaveGroup = schema(() => command('leaveGroup', { group }));

export const members = schema(() => command('members', { group, after: v.optional(user) }));

export const block = schema(() => command('block', { user, unblock: v.optional(v.boolean()) }));

export const presence = schema(() => command('presence', { users }));

export const devices = schema(() => command('devices', { revoke: v.optional(connection) }));

export const addFriend = schema(() => command('addFriend', { user }));

export const removeFriend = schema(() => command('removeFriend', { user }));

export type Action = keyof typeof commands;
export type CommandSchema = (typeof commands)[Action];
export type Command<A extends Action> = v.InferOutput<(typeof commands)[A]>;
