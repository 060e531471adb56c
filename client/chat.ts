import { ChatError } from './chat-error';
import { Commands } from './commands';
import type { Proof } from './connection/attempt';
import type { ConnectionSettings } from './connection/connection';
import type { Frame } from './connection/frame';
import type { Identify } from './connection/identify';
import { fitsFrame } from './connection/link';
import type { Entry, Reply } from './core/wire';
import { conversationOf } from './ids';
import { Listeners } from './listeners';
import { Mailbox } from './mailbox';
import { messagesUntil } from './message-queue';
import { OlderPages, type PageOptions } from './older-pages';
import { Picture } from './picture';
import { Session } from './session';
import { Keeper } from './storage/keeper';
import { syncRest } from './sync-rest';
import type {
  Action,
  Chat,
  ChatEvents,
  ClientStorage,
  Credentials,
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
  readonly identity: Identify | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The parts, put together: who is logged in, what is sent, and what is known. */
export class ChatClient extends Commands implements Chat {
  readonly #settings: ChatSettings;
  readonly #listeners: Listeners<ChatEvents>;
  readonly #keeper: Keeper;
  readonly #session: Session;
  readonly #ending = new AbortController();
  readonly #olderPages: OlderPages;
  readonly #endWaking: () => void;
  #syncing: Promise<void> | undefined;
  readonly opened: Promise<void>;

  constructor(settings: ChatSettings) {
    const { environment, storage, login, identity, signal } = settings;
    const listeners = new Listeners<ChatEvents>();
    const keeper = new Keeper(storage, (error) => listeners.tell('error', error));
    const picture = new Picture(listeners, environment.wallClock);
    const mailbox = new Mailbox({
      environment,
      keeper,
      send: (command) => this.#session.send(command),
      shown: (message) => picture.message(message),
      changed: (event) => listeners.tell('draft', event),
    });
    super(environment, picture, mailbox);
    this.#settings = settings;
    this.#listeners = listeners;
    this.#keeper = keeper;
    this.#olderPages = new OlderPages(picture.shown, mailbox, (...question) => this.ask(...question));
    this.#session = new Session(settings, this.#keeper, {
      entered: (user) => this.mailbox.open(user),
      left: (_code, refusal) => this.#left(refusal),
      loggedIn: (snapshot) => this.#loggedIn(snapshot),
      lost: () => this.mailbox.lost(),
      heard: (frame) => this.#heard(frame),
      changed: (state) => this.#listeners.tell('state', state),
      failed: (error) => this.#listeners.tell('error', error),
    });
    this.opened = this.#keeper.loaded.then(() => this.#session.resume(identity));
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
    return this.picture.me;
  }

  get drafts() {
    return this.mailbox.drafts;
  }

  register(account: { readonly user: string; readonly password: string }, { signal }: Waits = {}) {
    return this.#logIn({ credentials: account, register: 'new' }, signal);
  }

  login(credentials?: Credentials, { signal }: Waits = {}) {
    const { identity } = this.#settings;
    if (credentials) return this.#logIn({ credentials }, signal);
    if (identity) return this.#logIn({ identify: identity }, signal);
    return Promise.reject(new TypeError('Pass credentials, or the option `identity`.'));
  }

  async logout({ everywhere, signal }: Waits & { readonly everywhere?: boolean | undefined } = {}) {
    await this.opened;
    if (this.user === undefined) return;
    if (everywhere) await this.#logOutEverywhere(signal);
    if (this.user !== undefined) this.#session.logOut();
    await this.#keeper.flushed();
  }

  changePassword: Chat['changePassword'] = async ({ password, newPassword }, { signal } = {}) => {
    const ask = (current: string) => this.ask('passwd', { password: current, newPassword }, signal);
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
    return this.mailbox.write(draft, signal);
  }

  cancel(draft: { readonly conversation: string; readonly id: string }) {
    return this.mailbox.cancel(draft);
  }

  conversationOf(target: Target) {
    if (target.group === undefined && this.user === undefined) throw new ChatError('not_logged_in');
    return conversationOf(this.user ?? '', target);
  }

  entries(conversation: string) {
    return this.picture.shown.entries(conversation);
  }

  loadOlder(conversation: string, options?: PageOptions) {
    return this.#olderPages.load(conversation, options);
  }

  read(conversation: string, seq: number) {
    if (!this.picture.read(conversation, seq)) return;
    this.#session.send({ action: 'ack', conversation, read: seq });
  }

  typing(target: Target) {
    this.#session.send({ action: 'typing', ...target });
  }

  on<Type extends keyof ChatEvents>(type: Type, listener: Listener<Type>) {
    return this.#listeners.on(type, listener);
  }

  messages({ conversation, signal }: Waits & { readonly conversation?: string | undefined } = {}) {
    const endings = [this.#ending.signal, ...(signal ? [signal] : [])];
    return messagesUntil(endings, (push) =>
      this.on('message', (message) => {
        if (conversation === undefined || message.conversation === conversation) push(message);
      }),
    );
  }

  wake() {
    this.#session.wake();
  }

  async close() {
    this.#ending.abort();
    this.#endWaking();
    this.#session.end();
    this.mailbox.close('ended');
    await this.opened;
    await this.#keeper.flushed();
    this.#settings.storage.close?.();
  }

  protected ask<A extends Action>(action: A, fields: object | (() => object), signal: AbortSignal | undefined) {
    if (this.#ending.signal.aborted) return Promise.reject(new ChatError('ended'));
    if (this.#session.isOut) return Promise.reject(new ChatError('not_logged_in', 'Log in first.'));
    return this.#session.requests.ask(action, fields, signal);
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
    const untold = this.picture.loggedIn(snapshot);
    if (isNew) this.#listeners.tell('login', { user: snapshot.user });
    this.mailbox.loggedIn(snapshot);
    for (const read of untold) this.#session.send({ action: 'ack', ...read });
    // The next login begins it anew.
    if (snapshot.more) this.#syncing ??= syncRest(this.#session.requests, this.mailbox).finally(() => this.#synced());
  }

  #synced(): void {
    this.#syncing = undefined;
  }

  #left(refusal: RefusalCode | undefined): void {
    this.mailbox.close('logged_out');
    this.picture.forget();
    this.#listeners.tell('login', { user: undefined, refusal });
  }

  #heard(frame: Frame): void {
    if (frame.type === 'message') this.mailbox.pushed(frame as Frame & Entry);
    else if (frame.type === 'reply' || frame.ref !== undefined) this.mailbox.replied(frame as Frame & Reply);
    else if (frame.type === 'error')
      this.#listeners.tell('error', new ChatError(frame.code ?? 'internal', frame.message));
    else this.picture.heard(frame);
  }
}
