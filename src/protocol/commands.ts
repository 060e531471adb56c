import * as v from 'valibot';
import {
  connection,
  conversation,
  heartbeat,
  messageId,
  messageText,
  newPassword,
  password,
  ref,
  seq,
  user,
  users,
} from './fields';

function command<const Action extends string, const Fields extends v.ObjectEntries>(action: Action, fields: Fields) {
  return v.strictObject({ action: v.literal(action), ref: v.optional(ref), ...fields });
}

interface Chat {
  readonly id?: string | undefined;
  readonly after?: number | undefined;
}

interface Ack {
  readonly received?: number | undefined;
  readonly read?: number | undefined;
}

// An id is only worth something with the point from which to look for it: see DESIGN.md §5, append.
const hasIdAndAfterOrNeither = ({ id, after }: Chat) => (id === undefined) === (after === undefined);
const hasSomethingToAck = ({ received, read }: Ack) => received !== undefined || read !== undefined;

/** One schema per action: what a client's frame must be, and what the operation gets. Unknown fields are refused by name. */
export const commands = {
  reg: command('reg', { user, password: newPassword }),
  login: command('login', { user, password, heartbeat: v.optional(heartbeat) }),
  logout: command('logout', { everywhere: v.optional(v.boolean()) }),
  ping: command('ping', {}),
  chat: v.pipe(
    command('chat', { to: user, text: messageText, id: v.optional(messageId), after: v.optional(seq) }),
    v.check((chat) => hasIdAndAfterOrNeither(chat), '"id" and "after" go together: send both, or neither'),
  ),
  ack: v.pipe(
    command('ack', { conversation, received: v.optional(seq), read: v.optional(seq) }),
    v.check((ack) => hasSomethingToAck(ack), 'send "received", "read" or both'),
  ),
  presence: command('presence', { users }),
  devices: command('devices', { revoke: v.optional(connection) }),
  addFriend: command('addFriend', { user }),
  removeFriend: command('removeFriend', { user }),
};

export type Action = keyof typeof commands;
export type CommandSchema = (typeof commands)[Action];
export type Command<A extends Action> = v.InferOutput<(typeof commands)[A]>;
