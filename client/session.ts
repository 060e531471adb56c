import { ChatError } from './chat-error';
import type { Proof } from './connection/attempt';
import { Connection, type ConnectionSettings } from './connection/connection';
import type { Frame } from './connection/frame';
import type { Identify } from './connection/identify';
import type { Outgoing } from './connection/link';
import { normaliseUser } from './ids';
import { Requests } from './requests';
import type { Keeper } from './storage/keeper';
import type { ChatState, ErrorCode, Reason, RefusalCode, Snapshot } from './types';

export interface SessionListener {
  /** Who it is, is known; the storage has what was kept of them. */
  entered(user: string): void;
  /** Nobody is logged in any more, nor will be without a new login. */
  left(code: ErrorCode, refusal?: RefusalCode): void;
  loggedIn(snapshot: Snapshot): void;
  lost(): void;
  heard(frame: Frame): void;
  changed(state: ChatState): void;
  /** Nobody waits for it: it is tried again. */
  failed(error: ChatError): void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Who is logged in: by what proof, on which connection, until when. The password is forgotten as soon as there is a token. */
export class Session {
  readonly #keeper: Keeper;
  readonly #listener: SessionListener;
  readonly #connection: Connection;
  readonly requests: Requests;
  #user: string | undefined;
  #proof: Proof | undefined;
  #waiter: Waiter | undefined;
  /** Counts logins and logouts: what was begun before is overtaken. */
  #turn = 0;
  #isEnded = false;
  #isLoaded = false;

  constructor(settings: ConnectionSettings, keeper: Keeper, listener: SessionListener) {
    this.#keeper = keeper;
    this.#listener = listener;
    this.requests = new Requests({
      environment: settings.environment,
      send: (command) => this.send(command),
      backlogMs: () => this.#connection.backlogMs,
    });
    this.#connection = new Connection(settings, {
      changed: (state) => this.#changed(state),
      loggedIn: (reply) => this.#loggedIn(reply as Frame & Snapshot),
      registering: () => this.#registering(),
      unidentified: (cause) => listener.failed(new ChatError('no_identity', messageOf(cause), { cause })),
      refused: (refusal, retryAfter) => this.#leave(new ChatError(refusal, refusal, { retryAfter }), refusal),
      signedOut: () => this.#leave(new ChatError('logged_out')),
      lost: () => this.#lost(),
      heard: (frame) => this.requests.heard(frame) || listener.heard(frame),
    });
  }

  get user(): string | undefined {
    return this.#user;
  }

  get state(): ChatState {
    return this.#connection.state;
  }

  send(command: Outgoing): boolean {
    return this.#connection.send(command);
  }

  wake(): void {
    this.#connection.wake();
  }

  /** Nobody is logged in, and nobody is about to be. */
  get isOut(): boolean {
    return this.#isLoaded && this.#proof === undefined && this.#waiter === undefined;
  }

  /**
   * The storage has been read: as whoever was logged in here before, unless a login has begun meanwhile. With an identity, whoever that
   * is; until then, whoever it was.
   */
  async resume(identify?: Identify): Promise<void> {
    this.#isLoaded = true;
    const { session } = this.#keeper.kept;
    if (this.#turn > 0 || this.#isEnded) return;
    if (identify) await this.#enter(session?.user, { identify });
    else if (session?.token !== undefined) await this.#enter(session.user, { credentials: { token: session.token } });
  }

  /** From now on it proves who we are; whatever proved it before is forgotten. */
  renewToken(token: string, expiresAt: number): void {
    if (this.#user === undefined) return;
    this.#keeper.save({ ...this.#keeper.kept, session: { user: this.#user, token, expiresAt } });
    this.#proof = { credentials: { token } };
    this.#connection.renew(this.#proof);
  }

  /** Resolves when it is done; a later login, a logout or the end of the chat reject it. `loaded`: the storage has been read. */
  async logIn(proof: Proof, loaded: Promise<void>, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#isEnded) throw new ChatError('ended');
    if (this.#turn > 0 || this.#user !== undefined) this.#leaveFor({ code: 'starting' });
    const user = proof.credentials?.user;
    const turn = ++this.#turn;
    this.#user = user === undefined ? undefined : normaliseUser(user);
    const done = new Promise<void>((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
    const waiter = this.#waiter;
    const abort = () => waiter === this.#waiter && this.#giveUp(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    void loaded.then(() => (turn === this.#turn ? this.#enter(this.#user, proof) : undefined));
    await done.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** The server is told on the way out, where it can be. */
  logOut(): void {
    this.#leave(new ChatError('logged_out'));
    this.#connection.stop({ code: 'logged_out' }, { action: 'logout', ref: 'logout' });
  }

  end(): void {
    this.#isEnded = true;
    this.#turn += 1;
    this.#user = undefined;
    this.#fail(new ChatError('ended'));
    this.#connection.stop({ code: 'ended' });
  }

  async #enter(user: string | undefined, proof: Proof): Promise<void> {
    const turn = ++this.#turn;
    this.#user = user;
    this.#proof = proof;
    if (user !== undefined) await this.#keeper.claim(user);
    if (turn !== this.#turn) return;
    if (user !== undefined) this.#listener.entered(user);
    this.#connection.start(proof);
  }

  #changed(state: ChatState): void {
    if (state.state === 'disconnected' && state.reason.code === 'rejected') this.#reject(new ChatError('rejected'));
    this.#listener.changed(state);
  }

  #registering(): void {
    if (!this.#proof) return;
    this.#proof = { ...this.#proof, register: 'asked' };
    this.#connection.renew(this.#proof);
  }

  #loggedIn(snapshot: Snapshot): void {
    const { user, token, tokenExpiresAt: expiresAt } = snapshot;
    if (user !== this.#user) this.#becomes(user);
    this.#user = user;
    if (token !== undefined && expiresAt !== undefined) this.renewToken(token, expiresAt);
    // For the next page: it knows the user before it is connected.
    else this.#keeper.save({ ...this.#keeper.kept, session: { user } });
    this.#listener.loggedIn(snapshot);
    this.requests.connected();
    this.#waiter?.resolve();
    this.#waiter = undefined;
  }

  /** An identity may be another one than the last time: what waits is not theirs. */
  #becomes(user: string): void {
    if (this.#user !== undefined && this.#proof?.identify) {
      this.requests.fail('logged_out');
      this.#listener.left('logged_out');
    }
    this.#listener.entered(user);
  }

  #lost(): void {
    this.requests.lost();
    this.#listener.lost();
  }

  #giveUp(reason: unknown): void {
    this.#leave(reason);
    this.#connection.stop({ code: 'logged_out' });
  }

  #leaveFor(reason: Reason): void {
    this.#leave(new ChatError('logged_out'));
    this.#connection.stop(reason, { action: 'logout', ref: 'logout' });
  }

  #leave(error: unknown, refusal?: RefusalCode): void {
    this.#turn += 1;
    this.#user = undefined;
    this.#proof = undefined;
    const { session, ...kept } = this.#keeper.kept;
    if (session) this.#keeper.save(kept);
    this.#fail(error);
    this.#listener.left('logged_out', refusal);
  }

  #reject(error: unknown): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(error);
  }

  #fail(error: unknown): void {
    this.#reject(error);
    this.requests.fail(error instanceof ChatError && error.code === 'ended' ? 'ended' : 'logged_out');
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
