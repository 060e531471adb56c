import type { Draft, ErrorCode, Message } from '../../../client';
import { changeOf, textOf } from './entry';
import { daysAgo } from './times';

/** Messages of one sender within this long of each other stand together, as one thing said. */
const RUN_MS = 5 * 60_000;

export type Status = 'queued' | 'sending' | 'refused' | 'sent' | 'delivered' | 'read';

export interface Bubble {
  /** Stays the same when a draft becomes a message. */
  readonly key: string;
  readonly text: string;
  /** Absent until the server has said when. */
  readonly sentAt?: number;
  /** Of one's own. */
  readonly status?: Status;
  readonly draft?: Draft;
  /** Why it was refused. */
  readonly code?: ErrorCode;
  readonly seq?: number;
}

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | {
      readonly kind: 'change';
      readonly key: string;
      readonly user: string;
      readonly change: 'created' | 'joined' | 'left';
    }
  | {
      readonly kind: 'run';
      readonly key: string;
      readonly from: string;
      readonly isMine: boolean;
      readonly bubbles: Bubble[];
    };

type Run = Extract<Row, { kind: 'run' }>;

export interface RowsOptions {
  readonly user: string;
  readonly entries: readonly Message[];
  readonly drafts: readonly Draft[];
  readonly refused: readonly { readonly draft: Draft; readonly code: ErrorCode }[];
  /** How far the other one has got. */
  readonly peer?: { readonly received: number; readonly read: number } | undefined;
}

/** What a conversation shows, from top to bottom: days, changes, and runs of bubbles of one sender; drafts at the end. */
export function rowsOf({ user, entries, drafts, refused, peer }: RowsOptions): readonly Row[] {
  const rows: Row[] = [];
  let before: Message | undefined;
  for (const entry of entries) {
    if (before === undefined || daysAgo(before.sentAt, entry.sentAt) !== 0) {
      rows.push({ kind: 'day', key: `day ${entry.seq}`, at: entry.sentAt });
      before = undefined;
    }
    addEntry(rows, entry, { user, before, peer });
    before = entry;
  }
  for (const { draft, code } of refused) addOwn(rows, user, { ...bubbleOf(draft, user), status: 'refused', code });
  for (const draft of drafts) addOwn(rows, user, { ...bubbleOf(draft, user), status: draft.state });
  return rows;
}

interface Around {
  readonly user: string;
  readonly before: Message | undefined;
  readonly peer: RowsOptions['peer'];
}

function addEntry(rows: Row[], entry: Message, { user, before, peer }: Around): void {
  const change = changeOf(entry);
  const text = textOf(entry);
  if (change !== undefined) rows.push({ kind: 'change', key: `change ${entry.seq}`, user: entry.from, change });
  // What is hidden has a seq, and nothing to see.
  if (text === undefined) return;
  const isMine = entry.from === user;
  const { seq, sentAt } = entry;
  const key = 'id' in entry ? `${entry.from} ${entry.id}` : String(seq);
  const bubble = { key, text, sentAt, seq, ...(isMine && { status: statusOf(seq, peer) }) };
  const last = rows.at(-1);
  const goesOn = last?.kind === 'run' && last.from === entry.from && sentAt - (before?.sentAt ?? 0) < RUN_MS;
  if (goesOn) last.bubbles.push(bubble);
  else rows.push({ kind: 'run', key: `run ${key}`, from: entry.from, isMine, bubbles: [bubble] });
}

function addOwn(rows: Row[], user: string, bubble: Bubble): void {
  const last = rows.at(-1);
  if (last?.kind === 'run' && last.isMine) last.bubbles.push(bubble);
  else rows.push({ kind: 'run', key: `run ${bubble.key}`, from: user, isMine: true, bubbles: [bubble] } satisfies Run);
}

function bubbleOf(draft: Draft, user: string): Bubble {
  return { key: `${user} ${draft.id}`, text: draft.text, draft };
}

function statusOf(seq: number, peer: RowsOptions['peer']): Status {
  if (peer === undefined) return 'sent';
  if (peer.read >= seq) return 'read';
  return peer.received >= seq ? 'delivered' : 'sent';
}
