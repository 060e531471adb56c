import type { Action } from '../../protocol/commands';
import type { ConnectionId, UserId } from '../../protocol/ids';
import type { Replies } from '../../protocol/replies';

/** For whom an identity provider has vouched when the connection was opened. */
export interface Principal {
  /** As the provider has it. The handle is made from it. */
  readonly name: string;
  /** What the provider never gives to anybody else. */
  readonly subject: string;
  /** Until when its word is good, in milliseconds since 1970; absent: for as long as the connection. */
  readonly expiresAt?: number | undefined;
}

/** Who sent a command: any connection. */
export interface Caller {
  readonly connectionId: ConnectionId;
  /** The address that API Gateway saw. */
  readonly sourceIp: string;
  /** Only where connections are opened with an identity. */
  readonly principal?: Principal | undefined;
}

/** Who sent a command: a connection on which `userId` has logged in, and whose lease this command has renewed. */
export interface BoundCaller extends Caller, BoundConnection {}

export interface BoundConnection {
  readonly connectionId: ConnectionId;
  readonly userId: UserId;
}

/** What a command came to. `userId` is whom it was done for. */
export interface Done<A extends Action = Action> {
  readonly userId: UserId;
  readonly fields: Replies[A];
}
