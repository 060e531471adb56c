import type { Action } from '../protocol/commands';
import type { ConnectionId, UserId } from '../protocol/ids';
import type { Replies } from '../protocol/replies';

/** Who sent a command: any connection. */
export interface Caller {
  readonly connectionId: ConnectionId;
}

/** Who sent a command: a connection on which `userId` has logged in, and whose lease this command has renewed. */
export interface BoundCaller extends Caller {
  readonly userId: UserId;
}

/** What a command came to. `userId` is whom it was done for. */
export interface Done<A extends Action = Action> {
  readonly userId: UserId;
  readonly fields: Replies[A];
}
