/** What the domain needs of conversations. The rules of `ports.ts` hold here too: one method is one request. */
import type { ConnectionId, ConversationId, UserId } from '../../protocol/ids';
import type { Message, Role } from '../../protocol/messages';

/** What one user knows of one conversation. In a group, it is there exactly as long as the user is a member. */
export interface InboxEntry {
  readonly conversation: ConversationId;
  readonly lastSeq: number;
  readonly ackSeq: number;
  readonly readSeq: number;
  /** When the last message came. */
  readonly at: number;
  /** In a group: the user may read from here on. */
  readonly joinedSeq?: number | undefined;
  readonly role?: Role | undefined;
  /** The group is too large to write this entry with each message: the log's head says how far it goes. */
  readonly big?: true | undefined;
  /** The user has blocked the other one. */
  readonly block?: Block | undefined;
}

/** How far everything was when somebody blocked the other one of a conversation. */
export interface Block {
  /** What the other one sends after this is hidden. */
  readonly after: number;
  /** The cursors that the other one is shown. */
  readonly ackSeq: number;
  readonly readSeq: number;
}

export interface LogPage {
  readonly conversation: ConversationId;
  readonly fromSeq: number;
  readonly limit: number;
}

export interface LogPageUpTo {
  readonly conversation: ConversationId;
  readonly toSeq: number;
  readonly limit: number;
}

export interface Place {
  readonly conversation: ConversationId;
  readonly seq: number;
}

export interface Log {
  /** The newest message; strongly consistent. */
  head(conversation: ConversationId): Promise<Message | undefined>;
  /** Messages from `fromSeq` on, oldest first; strongly consistent. */
  from(page: LogPage): Promise<readonly Message[]>;
  /** The last messages up to `toSeq`, oldest first; strongly consistent. */
  upTo(page: LogPageUpTo): Promise<readonly Message[]>;
  /** Writes the message at its seq unless that is taken. */
  put(message: Message): Promise<'stored' | 'taken' | 'conflict'>;
  /** Marks a message as sent while its sender was blocked. */
  hide(place: Place): Promise<'hidden' | 'absent' | 'conflict'>;
  /** Lets a message go at a time (ms since 1970): the table deletes it some time after that. Never the log's newest. */
  expire(expiry: Place & { readonly at: number }): Promise<'expiring' | 'absent' | 'conflict'>;
}

export interface Arrival {
  readonly userId: UserId;
  readonly message: Message;
  /** Whether the entry may begin with it. In a group it may not: who has no entry has left. */
  readonly creates: boolean;
}

/** `blocked`: the user has blocked the sender, before this message. */
export type Arrived = 'arrived' | 'known' | 'absent' | 'blocked' | 'conflict';

export interface EntryKey {
  readonly userId: UserId;
  readonly conversation: ConversationId;
}

export interface Cursor extends EntryKey {
  readonly name: 'ackSeq' | 'readSeq';
  readonly seq: number;
}

export type Advanced =
  /** With the entry as it was before. */
  | { readonly state: 'advanced' | 'already' | 'beyond'; readonly entry: InboxEntry }
  | { readonly state: 'absent' | 'conflict' };

export interface UserEntry extends InboxEntry {
  readonly userId: UserId;
}

export interface Entries {
  /** In no order; an entry that is not there is left out. */
  readonly entries: readonly UserEntry[];
  /** Those that the database did not get to: ask again. */
  readonly left: readonly EntryKey[];
}

export interface Inboxes {
  /** Makes the user's entry know of the message, unless it knows of a newer one. Who sent it has read it. */
  arrive(arrival: Arrival): Promise<Arrived>;
  /** Moves a cursor forward, never back and never past the last message. */
  advance(cursor: Cursor): Promise<Advanced>;
  /** Of at most ENTRIES_READ_MAX different entries, each strongly consistent. */
  entriesOf(keys: readonly EntryKey[]): Promise<Entries>;
  /** A user's entries; strongly consistent. `complete` is false when there are more than one request holds. */
  listOf(userId: UserId): Promise<{ readonly entries: readonly InboxEntry[]; readonly complete: boolean }>;
  /** How many groups the user is in; may be behind. */
  countGroups(userId: UserId): Promise<number>;
  /** Says in an entry that its group is large. */
  markBig(key: EntryKey): Promise<'marked' | 'absent' | 'conflict'>;
}

export interface Group {
  readonly conversation: ConversationId;
  readonly name: string;
  readonly description?: string | undefined;
  readonly creator: UserId;
  readonly createdAt: number;
  /** How many there are. */
  readonly members: number;
  /** Moves with every join and leave. */
  readonly version: number;
  /** Told through the queue, once and for ever. */
  readonly big: boolean;
}

export interface Member {
  readonly userId: UserId;
  readonly role: Role;
  /** The seq at which the log says so. */
  readonly joinedSeq: number;
}

export interface MembersPage {
  readonly conversation: ConversationId;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly from?: UserId | undefined;
}

export interface Members {
  readonly members: readonly Member[];
  readonly next?: UserId | undefined;
}

export interface NewGroup {
  readonly name: string;
  readonly description?: string | undefined;
  /** The first entry of its log, by its creator. */
  readonly entry: Message;
}

export interface Joining {
  readonly entry: Message;
  readonly role: Role;
  /** Join only while the group is as it was seen. */
  readonly versionSeen: number;
  /** The group is large, or becomes so with this one. */
  readonly big: boolean;
}

/** Members and the log change together, in one transaction: a membership exists exactly if the log says so. */
export interface Groups {
  create(group: NewGroup): Promise<'created' | 'taken' | 'conflict'>;
  /** Strongly consistent. */
  find(conversation: ConversationId): Promise<Group | undefined>;
  /** Of at most 100 different groups, each strongly consistent. */
  infoOf(
    conversations: readonly ConversationId[],
  ): Promise<{ readonly groups: readonly Group[]; readonly left: readonly ConversationId[] }>;
  /** Strongly consistent. */
  member(key: EntryKey): Promise<Member | undefined>;
  /** In the order of their handles; strongly consistent. */
  members(page: MembersPage): Promise<Members>;
  /** Makes the entry's sender a member. `member`: they are one already. `taken`: somebody has written the entry's seq. */
  join(joining: Joining): Promise<'joined' | 'member' | 'taken' | 'changed' | 'conflict'>;
  /** Ends the membership of the entry's sender. `absent`: there is none. */
  leave(entry: Message): Promise<'left' | 'absent' | 'taken' | 'conflict'>;
}

/** What is left to do of telling a large group. */
export interface FanOutJob {
  readonly conversation: ConversationId;
  readonly seq: number;
  /** The connection that sent it. */
  readonly except: ConnectionId;
  /** Only members behind this one. */
  readonly from?: UserId | undefined;
}

export interface FanOut {
  /** Resolves when the job cannot be lost any more. It may be done more than once. */
  enqueue(job: FanOutJob): Promise<void>;
}
