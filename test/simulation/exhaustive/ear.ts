import type { ConnectionId, UserId } from '../../../src/protocol/ids';
import { type Json, newSocket, type Socket } from '../socket';

/** The client's end of one connection: it remembers what it was told, and nothing else. */
export class Ear {
  readonly connectionId: ConnectionId;
  readonly name: string;
  readonly user: UserId;
  readonly socket: Socket;
  /** How far it knows that a log goes, and how far it has got it, by conversation. */
  readonly #known = new Map<string, number>();
  readonly #got = new Map<string, number>();

  constructor(connectionId: ConnectionId, user: UserId) {
    this.connectionId = connectionId;
    this.name = `${user}/${connectionId}`;
    this.user = user;
    const peer = { name: this.name, user, heartbeat: 10, opened: () => {}, received: () => {}, closed: () => {} };
    this.socket = { ...newSocket(connectionId, peer, 0), state: 'open' };
  }

  knows(conversation: string): number {
    return this.#known.get(conversation) ?? 0;
  }

  furthest(conversation: string): number {
    return this.#got.get(conversation) ?? 0;
  }

  /** It has shown this before. */
  got(conversation: string, seq: number): void {
    raise(this.#known, conversation, seq);
    raise(this.#got, conversation, seq);
  }

  hear(frame: Json): void {
    const { type, conversation, seq, joinedSeq, conversations = [], messages = [] } = frame as unknown as Heard;
    for (const listed of conversations) raise(this.#known, listed.conversation, listed.lastSeq);
    for (const entry of messages) this.got(entry.conversation, entry.seq);
    if (conversation === undefined || type === 'error') return;
    if (joinedSeq !== undefined) raise(this.#known, conversation, joinedSeq);
    if (seq !== undefined) this.got(conversation, seq);
  }
}

interface Heard {
  readonly type: string;
  readonly conversation?: string;
  readonly seq?: number;
  readonly joinedSeq?: number;
  readonly conversations?: readonly { readonly conversation: string; readonly lastSeq: number }[];
  readonly messages?: readonly { readonly conversation: string; readonly seq: number }[];
}

function raise(seqs: Map<string, number>, conversation: string, seq: number): void {
  seqs.set(conversation, Math.max(seq, seqs.get(conversation) ?? 0));
}
