/** The client, and what it tells put into signals. */
import { signal } from '@preact/signals';
import { type Chat, connect, type DraftEvent, type ErrorCode } from '../../../client';
import { forgetActivity, listenToActivity } from './activity';
import { listenToEntries } from './entries';
import { forgetGroups } from './groups';
import { connection, drafts, login, me, refusedDrafts } from './known';
import { prepareList } from './prepare-list';
import { tabStorage } from './tab-storage';

/** What `config.json` says. */
export interface PageConfig {
  /** Where the gateway is. */
  readonly url: string;
  /** Served by `npm start`. */
  readonly isLocal?: boolean;
  /** In seconds: what the client promises, and how old it lets a connection become. The client's own where nothing is said. */
  readonly heartbeat?: number;
  readonly rolloverAfter?: number;
}

let current: Chat | undefined;

/** The client. Components are only rendered once there is one. */
export function chat(): Chat {
  if (current === undefined) throw new Error('There is no client yet.');
  return current;
}

/** Each tab is a device of its own, with a login and an outbox of its own: so several people can share a browser. */
export async function startSession({ url, heartbeat, rolloverAfter }: PageConfig): Promise<void> {
  const started = connect(url, { storage: tabStorage(), heartbeat, rolloverAfter });
  current = started;
  started.on('state', (state) => {
    connection.value = state;
    if (state.state === 'connected') void prepareList(started);
  });
  started.on('me', (value) => {
    me.value = value;
  });
  started.on('draft', (event) => noteDraft(started, event));
  started.on('login', (event) => {
    if (event.user === undefined) endLogin(event.refusal);
    else login.value = { is: 'in', user: event.user };
    drafts.value = started.drafts;
  });
  listenToEntries(started);
  listenToActivity(started);
  await started.opened;
  if (login.value.is === 'unknown') {
    login.value = started.user === undefined ? { is: 'out' } : { is: 'in', user: started.user };
  }
  drafts.value = started.drafts;
}

function noteDraft({ drafts: waiting }: Chat, event: DraftEvent): void {
  drafts.value = waiting;
  if (event.change !== 'refused') return;
  refusedDrafts.value = [...refusedDrafts.value, { draft: event.draft, code: event.code }];
}

function endLogin(refusal: ErrorCode | undefined): void {
  // A form that was refused says so itself; who was logged in is told why they no longer are.
  const why = login.value.is === 'in' ? refusal : undefined;
  login.value = why === undefined ? { is: 'out' } : { is: 'out', why };
  me.value = undefined;
  refusedDrafts.value = [];
  forgetActivity();
  forgetGroups();
}

/** Whether the client was ended on purpose, in the developer drawer. */
export const isAway = signal(false);

/** Closes the connection, and stays away. */
export async function goAway(): Promise<void> {
  isAway.value = true;
  await chat().close();
}
