/** The client, and what it tells put into signals. */
import { signal } from '@preact/signals';
import { type Chat, connect, type DraftEvent } from '../../../client';
import type { PageConfig } from '../config';
import { forgetActivity, listenToActivity } from './activity';
import { listenToEntries } from './entries';
import { forgetGroups } from './groups';
import { connection, drafts, login, me, refusedDrafts } from './known';
import { prepareList } from './prepare-list';
import { tabStorage } from './tab-storage';

let current: Chat | undefined;
let isLeaving = false;

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
    // What a reload finds in the storage is there when the client begins to connect.
    drafts.value = started.drafts;
    if (state.state === 'connected') void prepareList(started);
  });
  started.on('me', (value) => {
    me.value = value;
  });
  started.on('draft', (event) => noteDraft(started, event));
  started.on('login', (event) => {
    if (event.user === undefined) endLogin();
    else login.value = { is: 'in', user: event.user };
    drafts.value = started.drafts;
  });
  listenToEntries(started);
  listenToActivity(started);
  await started.opened;
  if (login.value.is === 'unknown') {
    login.value = started.user === undefined ? { is: 'out', isEnded: false } : { is: 'in', user: started.user };
  }
  drafts.value = started.drafts;
}

function noteDraft({ drafts: waiting }: Chat, event: DraftEvent): void {
  drafts.value = waiting;
  if (event.change !== 'refused') return;
  refusedDrafts.value = [...refusedDrafts.value, { draft: event.draft, code: event.code }];
}

function endLogin(): void {
  // A form that was refused says so itself; who was logged in, and did not ask for it, is told that they no longer are.
  if (login.value.is !== 'out') login.value = { is: 'out', isEnded: !isLeaving && login.value.is === 'in' };
  isLeaving = false;
  me.value = undefined;
  refusedDrafts.value = [];
  forgetActivity();
  forgetGroups();
}

/** Logs out here, or everywhere: whoever asks for it need not be told. */
export async function logOut(everywhere: boolean): Promise<void> {
  isLeaving = true;
  await chat().logout({ everywhere });
}

/** Whether the client was ended on purpose, in the developer drawer. */
export const isAway = signal(false);

/** Closes the connection, and stays away. */
export async function goAway(): Promise<void> {
  isAway.value = true;
  await chat().close();
}
