/** What the domain needs for slowing down those who guess passwords. The rules of `ports.ts` hold here too. */
import type { ConnectionId, UserId } from '../../protocol/ids';
import type { Credential } from './chat-ports';

/** Who is logged in as, and from where (`addressOf`). Neither has to exist. */
export interface LoginPair {
  readonly userId: UserId;
  readonly address: string;
}

/** What became of the logins of one pair. */
export interface PairAttempts {
  /** Attempts since the last one that went well; those under way count. */
  readonly failures: number;
  /** When the next one is looked at, in milliseconds since 1970. */
  readonly openAt: number;
  /** One of its logins went well, not so long ago. */
  readonly known: boolean;
  /** It was told to wait because of what others do: it need not do so twice. */
  readonly waited: boolean;
  /** In seconds since 1970. From then on the pair is as if it had never been. */
  readonly expiresAt: number;
}

/** What a login by password is held against. Until when something is hot is in milliseconds since 1970; 0 if it never was. */
export interface Evidence {
  /** Absent if there is no such user. */
  readonly credential: Credential | undefined;
  readonly accountHotUntil: number;
  readonly addressHotUntil: number;
}

/** What heats up when a login fails: an account, or an address. */
export type Heated = Pick<LoginPair, 'userId'> | Pick<LoginPair, 'address'>;

export interface Warming {
  readonly of: Heated;
  /** Whether it is taken to be warm still; if it is not so, nothing is done. */
  readonly isWarm: boolean;
  readonly now: number;
  readonly stepMs: number;
  /** It does not get hotter than this. */
  readonly hotUntilMax: number;
  readonly expiresAt: number;
}

export interface Replacement {
  readonly pair: LoginPair;
  readonly seen: PairAttempts | undefined;
  readonly next: PairAttempts;
}

type Conflict = { readonly state: 'conflict' };

export interface LoginAttempts {
  /** Strongly consistent. `conflict`: the database did not get to all of it. */
  evidenceFor(pair: LoginPair): Promise<({ readonly state: 'read' } & Evidence) | Conflict>;
  /**
   * Counts an attempt of a pair that there is nothing against: one that is new, or known and without failures. Otherwise
   * `seen`, and nothing is counted.
   */
  begin(
    pair: LoginPair,
    attempt: { readonly now: number; readonly expiresAt: number },
  ): Promise<{ readonly state: 'begun' | 'seen'; readonly attempts: PairAttempts } | Conflict>;
  /** Writes `next` if the pair is still as it was `seen`. */
  replace(
    replacement: Replacement,
  ): Promise<
    { readonly state: 'replaced' } | { readonly state: 'changed'; readonly seen: PairAttempts | undefined } | Conflict
  >;
  /** A login went well: the pair is known until then (in seconds since 1970), and nothing is held against it. */
  forgive(pair: LoginPair, expiresAt: number): Promise<'forgiven' | 'conflict'>;
  /** Makes it hot for longer: by a step from now, or from when it would have cooled. `changed`: it is not as warm as was said. */
  warm(warming: Warming): Promise<'warmed' | 'hottest' | 'changed' | 'conflict'>;
  /** Counts a failure on a connection, and says how many there are now. Never creates the row. */
  countFailure(
    connectionId: ConnectionId,
  ): Promise<{ readonly state: 'counted'; readonly failures: number } | { readonly state: 'absent' } | Conflict>;
}
