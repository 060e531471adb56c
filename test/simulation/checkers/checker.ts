import type { Entry } from '../../../client/core/wire';
import type { Tables } from '../../../src/adapters/memory/tables';
import type { FanOutJob } from '../../../src/domain/ports/ports';
import type { Commit } from '../commits';
import type { Invocation } from '../lambdas';
import type { Json, Socket } from '../socket';
import type { Step } from '../steps';
import type { Talker } from '../talk/talker';

/** A property that did not hold. */
export interface Violation {
  readonly property: string;
  readonly what: string;
}

export type Complain = (property: string, what: string) => void;

/** What a command came to, before it is on its way to its client. */
export interface Answered {
  readonly invocation: Invocation;
  /** Whose client it is. */
  readonly user: string;
  readonly frame: Json;
}

/** Holds one property. It sees what happens, and reads the tables; it changes nothing. */
export interface Checker {
  /** After every step, whether or not it has written something. */
  stepped?(step: Step): void;
  /** After every step that wrote something, before anything else happens. */
  committed?(commit: Commit): void;
  /** Before a request to `@connections` takes effect. */
  asked?(step: Step): void;
  /** After such a request has been answered. */
  answered?(step: Step, answer: string): void;
  /** A socket has ended, for its client or for API Gateway. */
  ended?(socket: Socket): void;
  /** A `$disconnect` has run to its end. */
  disconnected?(socket: Socket, invocation: Invocation): void;
  /** A command has been answered. */
  replied?(answered: Answered): void;
  /** An invocation has reported that a push did not arrive. */
  pushFailed?(invocation: Invocation): void;
  /** A job of a large group's delivery has run to its end. */
  fannedOut?(job: FanOutJob, invocation: Invocation): void;
  /** A client shows an entry. */
  shows?(talker: Talker, entry: Entry): void;
  /** Faults have stopped some time ago, and every bound has passed. */
  finished?(): void;
}

export interface CheckerWorld {
  readonly tables: Tables;
  readonly now: () => number;
  readonly complain: Complain;
  readonly socketOf: (connectionId: string) => Socket | undefined;
}
