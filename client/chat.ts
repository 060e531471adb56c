import type { Action } from '../src/protocol/commands';
import { ChatError } from './chat-error';
import type { Proof } from './connection/attempt';
import type { ConnectionSettings } from './connection/connection';
import type { Frame } from './connection/frame';
import { fitsFrame } from './connection/link';
import type { Entry, Reply } from './core/wire';
import { conversationOf } from './ids';
import { SYNC_CURSORS_MAX, SYNC_PAGES_MAX } from './limits';
import { Listeners } from './listeners';
import { Mailbox } from './mailbox';
import { messageQueue } from './message-queue';
import { Picture } from './picture';
import { Session } from './session';
import { Keeper } from './storage/keeper';
import type {
  Chat,
  ChatEvents,
  ClientStorage,
  Credentials,
  Friendship,
  Listener,
  Me,
  RefusalCode,
  Snapshot,
  Target,
  Waits,
} from './types';

export interface ChatSettings extends ConnectionSettings {
  readonly storage: ClientStorage;
  readonly login: Credentials | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The parts, put together: who is logged in, what is sent, and what is known. */
export class ChatClient implements Chat {
  readonly #settings: ChatSettings;
  readonly #listeners = new Listeners<ChatEvents>();
  readonly #keeper: Keeper;
  readonly #session: Session;
  readonly #mailbox: Mailbox;
  readonly #picture: Picture;
  readonly #ending = new AbortController();
  readonly #older = new Map<string, Promise<boolean>>();
  readonly #endWaking: () => void;
  #isSyncing = false;
  readonly opened: Promise<void>;

  constructor(settings: ChatSettings) {
    const { environment, storage, login, signal } = settings;
    this.#settings = settings;
    this.#keeper = new Keeper(storage, (error) => this.#listeners.tell('error', error));
    this.#picture = new Picture(this.#listeners, environment.wallClock);
    this.#mailbox = new Mailbox({
      environment,
      keeper: this.#keeper,
      send: (command) => this.#session.send(command),
      shown: (message) => this.#picture.message(message),
      changed: (event) => this.#listeners.tell('draft', event),
    });
    this.#session = new Session(settings, this.#keeper, {
      entered: (user) => this.#mailbox.open(user),
      left: (_code, refusal) => this.#left(refusal),
      loggedIn: (snapshot) => this.#loggedIn(snapshot),
      lost: () => this.#mailbox.lost(),
      heard: (frame) => this.#heard(frame),
      changed: (state) => this.#listeners.tell('state', state),
    });
    this.opened = this.#keeper.loaded.then(() => this.#session.resume());
    if (login) this.#logIn({ credentials: login }).catch(() => undefined);
    this.#endWaking = environment.onWake(() => this.wake());
    if (signal?.aborted) void this.close();
    signal?.addEventListener('abort', () => void this.close(), { once: true, signal: this.#ending.signal });
  }

  get state() {
    return this.#session.state.state;
  }

  get reason() {
    const { state } = this.#session;
    return 'reason' in state ? state.reason : undefined;
  }

  get nextAttemptAt() {
    const { state } = this.#session;
    return 'nextAttemptAt' in state ? state.nextAttemptAt : undefined;
  }

  get user() {
    return this.#session.user;
  }

  get me() {
    return this.#picture.me;
  }

  get drafts() {
    return this.#mailbox.drafts;
  }

  register(account: { readonly user: string; readonly password: string }, { signal }: Waits = {}) {
    return this.#logIn({ credentials: account, register: 'new' }, signal);
  }

  login(credentials: Credentials, { signal }: Waits = {}) {
    return this.#logIn({ credentials }, signal);
  }

  async logout({ everywhere, signal }: Waits & { readonly everywhere?: boolean | undefined } = {}) {
    await this.opened;
    if (this.user === undefined) return;
    if (everywhere) await this.#logOutEverywhere(signal);
    if (this.user !== undefined) this.#session.logOut();
    await this.#keeper.flushed();
  }

  changePassword: Chat['changePassword'] = async ({ password, newPassword }, { signal } = {}) => {
    const ask = (current: string) => this.#ask('passwd', { password: current, newPassword }, signal);
    // If only the reply was lost, the password is the new one already.
    const { token, tokenExpiresAt } = await ask(password).catch((error) =>
      error instanceof ChatError && error.code === 'wrong_credentials' ? ask(newPassword) : Promise.reject(error),
    );
    this.#session.renewToken(token, tokenExpiresAt);
    await this.#keeper.flushed();
  };

  send(target: Target, text: string, { signal }: Waits = {}) {
    const { user } = this;
    if (this.#ending.signal.aborted) throw new ChatError('ended');
    if (user === undefined) throw new ChatError('not_logged_in', 'Log in first: a message needs a sender.');
    const draft = { id: this.#settings.environment.newId(), conversation: conversationOf(user, target), target, text };
    if (!fitsFrame({ ...draft, after: Number.MAX_SAFE_INTEGER, action: 'chat' })) throw new ChatError('text_too_long');
    return this.#mailbox.write(draft, signal);
  }

  cancel(draft: { readonly conversation: string; readonly id: string }) {
    return this.#mailbox.cancel(draft);
  }

  conversationOf(target: Target) {
    if (target.group === undefined && this.user === undefined) throw new ChatError('not_logged_in');
    return conversationOf(this.user ?? '', target);
  }

  entries(conversation: string) {
    return this.#picture.shown.entries(conversation);
  }

  loadOlder(conversation: string, options: Waits & { readonly limit?: number | undefined } = {}) {
    const loading = this.#older.get(conversation) ?? this.#loadOlder(conversation, options);
    this.#older.set(conversation, loading);
    const done = () => void this.#older.delete(conversation);
    loading.then(done, done);
    return loading;
  }

  history: Chat['history'] = ({ conversation, before, after, limit }, { signal } = {}) =>
    this.#ask('history', { conversation, before, after, limit }, signal);

  read(conversation: string, seq: number) {
    if (!this.#picture.read(conversation, seq)) return;
    this.#session.send({ action: 'ack', conversation, read: seq });
  }

  typing(target: Target) {
    this.#session.send({ action: 'typing', ...target });
  }

  presence: Chat['presence'] = async (users, { signal } = {}) => {
    const { presence } = await this.#ask('presence', { users }, signal);
    for (const one of presence) this.#picture.presence(one);
    return presence;
  };

  devices: Chat['devices'] = async ({ revoke, signal } = {}) => {
    const ask = (fields: object) => this.#ask('devices', fields, signal);
    // Asked for twice, it is gone the second time: that is what was wanted, too.
    const isGone = (error: unknown) => error instanceof ChatError && error.code === 'no_such_device';
    const { devices } = await ask({ revoke }).catch((error) => (isGone(error) ? ask({}) : Promise.reject(error)));
    return devices;
  };

  addFriend: Chat['addFriend'] = (user, { signal } = {}) => this.#befriend(this.#ask('addFriend', { user }, signal));

  removeFriend: Chat['removeFriend'] = (user, { signal } = {}) =>
    this.#befriend(this.#ask('removeFriend', { user }, signal));

  block: Chat['block'] = (user, { signal } = {}) => this.#befriend(this.#ask('block', { user }, signal));

  unblock: Chat['unblock'] = (user, { signal } = {}) =>
    this.#befriend(this.#ask('block', { user, unblock: true }, signal));

  createGroup: Chat['createGroup'] = async ({ id, name, description }, { signal } = {}) => {
    // With an id it may be asked for again, if no reply comes.
    const fields = { id: id ?? this.#settings.environment.newId(), name, description };
    const made = await this.#ask('createGroup', fields, signal);
    this.#picture.group({ ...made, role: 'owner' });
    this.#mailbox.entered(made.conversation, made.seq);
    return made;
  };

  joinGroup: Chat['joinGroup'] = async (group, { signal } = {}) => {
    const joined = await this.#ask('joinGroup', { group }, signal);
    this.#picture.group(joined);
    this.#mailbox.entered(joined.conversation, joined.joinedSeq);
    return joined;
  };

  leaveGroup: Chat['leaveGroup'] = async (group, { signal } = {}) => {
    const left = await this.#ask('leaveGroup', { group }, signal);
    this.#picture.group({ group: left.group, conversation: left.conversation, left: true });
  };

  members: Chat['members'] = async (group, { after, signal } = {}) => {
    const members = await this.#ask('members', { group, after }, signal);
    this.#picture.groupSize(members);
    return members;
  };

  on<Type extends keyof ChatEvents>(type: Type, listener: Listener<Type>) {
    return this.#listeners.on(type, listener);
  }

  messages({ conversation, signal }: Waits & { readonly conversation?: string | undefined } = {}) {
    const endings = [this.#ending.signal, ...(signal ? [signal] : [])];
    const end = () => queue.end();
    const unlisten = this.on('message', (message) => {
      if (conversation === undefined || message.conversation === conversation) queue.push(message);
    });
    const queue = messageQueue(() => {
      unlisten();
      for (const ending of endings) ending.removeEventListener('abort', end);
    });
    for (const ending of endings) ending.addEventListener('abort', end);
    if (endings.some(({ aborted }) => aborted)) end();
    return queue.messages;
  }

  wake() {
    this.#session.wake();
  }

  async close() {
    this.#ending.abort();
    this.#endWaking();
    this.#session.end();
    this.#mailbox.close('ended');
    await this.opened;
    await this.#keeper.flushed();
    this.#settings.storage.close?.();
  }

  #ask<A extends Action>(action: A, fields: object | (() => object), signal: AbortSignal | undefined) {
    if (this.#ending.signal.aborted) return Promise.reject(new ChatError('ended'));
    if (this.#session.isOut) return Promise.reject(new ChatError('not_logged_in', 'Log in first.'));
    return this.#session.requests.ask(action, fields, signal);
  }

  async #befriend(asked: Promise<Friendship>): Promise<Friendship> {
    const friendship = await asked;
    this.#picture.friendship(friendship);
    return friendship;
  }

  async #logIn(proof: Proof, signal?: AbortSignal): Promise<Me> {
    await this.#session.logIn(proof, this.#keeper.loaded, signal);
    if (!this.me) throw new ChatError('logged_out');
    return this.me;
  }

  /** Done as well if only the reply was lost: then the token does not log in any more. */
  async #logOutEverywhere(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#session.requests.ask('logout', { everywhere: true }, signal);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'logged_out') throw error;
    }
  }

  #loggedIn(snapshot: Snapshot): void {
    const isNew = this.me === undefined;
    const untold = this.#picture.loggedIn(snapshot);
    if (isNew) this.#listeners.tell('login', { user: snapshot.user });
    this.#mailbox.loggedIn(snapshot);
    for (const read of untold) this.#session.send({ action: 'ack', ...read });
    if (snapshot.more) void this.#syncRest();
  }

  #left(refusal: RefusalCode | undefined): void {
    this.#mailbox.close('logged_out');
    this.#picture.forget();
    this.#listeners.tell('login', { user: undefined, refusal });
  }

  #heard(frame: Frame): void {
    if (frame.type === 'message') this.#mailbox.pushed(frame as Frame & Entry);
    else if (frame.type === 'reply' || frame.ref !== undefined) this.#mailbox.replied(frame as Frame & Reply);
    else if (frame.type === 'error')
      this.#listeners.tell('error', new ChatError(frame.code ?? 'internal', frame.message));
    else this.#picture.heard(frame);
  }

  async #loadOlder(conversation: string, { limit, signal }: Waits & { readonly limit?: number | undefined }) {
    const beginning = () => this.entries(conversation)[0]?.seq ?? (this.#mailbox.cursors.get(conversation) ?? 0) + 1;
    let before = 0;
    const fields = () => {
      before = beginning();
      return { conversation, before, limit };
    };
    const { messages, more } = await this.#ask('history', fields, signal);
    this.#picture.shown.prepend(conversation, messages, before);
    return more;
  }

  #shownSoFar(): number {
    return [...this.#mailbox.cursors.values()].reduce((sum, cursor) => sum + cursor, 0);
  }

  /** What a login had no room for: conversations that it did not even list. */
  async #syncRest(): Promise<void> {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    try {
      for (let page = 0; page < SYNC_PAGES_MAX; page += 1) {
        const cursors = () => ({ cursors: Object.fromEntries([...this.#mailbox.cursors].slice(-SYNC_CURSORS_MAX)) });
        const { messages, more } = await this.#session.requests.ask('sync', cursors);
        const before = this.#shownSoFar();
        this.#mailbox.synced(messages);
        if (!more || this.#shownSoFar() === before) break;
      }
    } catch (error) {
      // The next login begins it anew.
      if (error instanceof ChatError && error.code !== 'logged_out' && error.code !== 'ended')
        this.#listeners.tell('error', error);
    } finally {
      this.#isSyncing = false;
    }
  }
}
