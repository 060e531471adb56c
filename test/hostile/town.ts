import type { ConnectionId, ConversationId, UserId } from '../../src/protocol/ids';

export const PASSWORD = 'pw! of ';

/** One socket, and who is meant to use it. */
export interface Device {
  readonly connectionId: ConnectionId;
  readonly home: UserId;
  /** As far as its replies say. */
  isLoggedIn: boolean;
}

export interface Sent {
  readonly from: UserId;
  readonly target: { readonly to: string } | { readonly group: string };
  readonly id: string;
  readonly after: number;
}

/** What everybody together knows: the frames are made of it, so that they are about something. */
export class Town {
  /** Passwords by user. */
  readonly users = new Map<UserId, string>();
  readonly devices: Device[] = [];
  readonly groups: string[] = [];
  readonly conversations = new Set<ConversationId>();
  readonly tokens: string[] = [];
  readonly sent: Sent[] = [];
  /** The last seq that somebody has seen. */
  readonly heads = new Map<string, number>();
  #marks = 0;
  #devices = 0;

  /** A text that is seen again wherever it comes to, and by whom. */
  mark(): string {
    return `«${++this.#marks}»`;
  }

  addDevice(home: UserId): Device {
    const connectionId = `cn-${++this.#devices}-x` as ConnectionId;
    const device = { connectionId, home, isLoggedIn: false };
    this.devices.push(device);
    return device;
  }

  /** Learns from a reply, as any client would. */
  learn(reply: Readonly<Record<string, unknown>>): void {
    const { token, conversation, group, seq } = reply;
    if (typeof token === 'string') this.tokens.push(token);
    if (typeof conversation !== 'string') return;
    this.conversations.add(conversation as ConversationId);
    if (typeof group === 'string' && !this.groups.includes(group)) this.groups.push(group);
    if (typeof seq === 'number') this.heads.set(conversation, Math.max(seq, this.heads.get(conversation) ?? 0));
  }
}
