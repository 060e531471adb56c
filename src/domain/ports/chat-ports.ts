/** The ports to what the table `Chat` holds, beside presence: accounts, friends, messages and inboxes. See `ports.ts`. */
import type { UserId } from '../../protocol/ids';
import type { Friend } from './friend-ports';
import type { InboxEntry } from './message-ports';
import type { Charge } from './ports';

export type * from './friend-ports';
export type * from './login-ports';
export type * from './message-ports';

/** What a user's logins are held to. */
export interface Credential {
  readonly passwordHash: string;
  /** Signs the user's tokens. */
  readonly tokenKey: string;
}

export interface CredentialChange extends Partial<Credential> {
  readonly userId: UserId;
  readonly seenHash?: string | undefined;
}

export interface NewAccount extends Credential {
  readonly userId: UserId;
  /** What the name looks like. Nobody else gets a name that looks like it; absent: it is not asked. */
  readonly skeleton?: string;
  readonly now: number;
}

/** Of an account without a credential: who may log in to it is known by an identity provider. */
export interface OwnedAccount {
  readonly userId: UserId;
  readonly subject: string;
  readonly now: number;
}

export interface Snapshot {
  readonly devices: number;
  readonly createdAt: number;
  /** Friends, and requests of both directions, in the order of their handles. */
  readonly friends: readonly Friend[];
  readonly inbox: readonly InboxEntry[];
  /** False when the user has more entries than one Query holds. */
  readonly complete: boolean;
}

export type ChargeOutcome =
  | { readonly state: 'charged' }
  | { readonly state: 'conflict' }
  | { readonly state: 'owing'; readonly tat: number };

export interface Accounts {
  create(account: NewAccount): Promise<'created' | 'taken' | 'looks_alike' | 'conflict'>;
  /** One of all who want this handle gets it, by a password or by an identity. */
  createOwned(account: OwnedAccount): Promise<'created' | 'taken' | 'conflict'>;
  /** Strongly consistent; `undefined` if there is no such user. Without a subject: who has a password. */
  ownerOf(userId: UserId): Promise<{ readonly subject?: string | undefined } | undefined>;
  /** Strongly consistent; `undefined` if there is no such user. */
  credentialOf(userId: UserId): Promise<Credential | undefined>;
  /** Writes what is named. `refused`: there is no such user, or the hash is not, or no longer, `seenHash`. */
  changeCredential(change: CredentialChange): Promise<'changed' | 'refused' | 'conflict'>;
  /** `owing`: the user's account owes more than that. Nothing has changed. */
  charge(userId: UserId, charge: Charge): Promise<ChargeOutcome>;
  /** Strongly consistent: what was written before is in it (DESIGN.md §5, M-order). */
  snapshotOf(userId: UserId): Promise<Snapshot>;
}
