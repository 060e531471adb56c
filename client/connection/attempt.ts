import { FORGOTTEN, PASSING } from '../core/refusals';
import { IDENTITY_MS_MAX, LOGIN_MS_MAX, OPEN_MS_MAX } from '../limits';
import type { Credentials, Reason, RefusalCode } from '../types';
import { reasonOf } from './close-codes';
import type { Frame } from './frame';
import { type Identify, identified } from './identify';
import { Link, type LinkWorld, type Outgoing } from './link';

/** How to become somebody: by a password or a token, by making the account first, or by what the connection is opened with. */
export interface Proof {
  readonly credentials?: Credentials | undefined;
  readonly identify?: Identify | undefined;
  /** `asked`: it was sent before, and may have been made then. */
  readonly register?: 'new' | 'asked' | undefined;
}

export type Outcome =
  | { readonly kind: 'ready'; readonly link: Link; readonly reply: Frame }
  | { readonly kind: 'failed'; readonly reason: Reason; readonly retryAfter?: number | undefined }
  /** The server says no, and would say so again. */
  | { readonly kind: 'refused'; readonly refusal: RefusalCode; readonly retryAfter?: number | undefined };

export interface AttemptWorld extends LinkWorld {
  readonly heartbeatSeconds: number;
  readonly proof: Proof;
  /** The account is asked for: from now on it may have been made. */
  registering(): void;
  /** There is no token to open a connection with. */
  unidentified(cause: unknown): void;
  /** What comes before the login's reply is already for this user. */
  heard(frame: Frame): void;
  /** The link, after it was ready. */
  closed(closeCode: number): void;
  /** Once, unless it was cancelled. */
  done(outcome: Outcome): void;
}

/** From a new socket to a login's reply, or not. */
export class Attempt {
  readonly #world: AttemptWorld;
  #link: Link | undefined;
  #isDone = false;
  #isRegistering = false;
  #cancelTimer: () => void = () => undefined;

  constructor(world: AttemptWorld) {
    this.#world = world;
    const { identify } = world.proof;
    if (identify) void this.#identify(identify);
    else this.#open(world.url);
  }

  cancel(): void {
    this.#isDone = true;
    this.#cancelTimer();
    this.#link?.close();
  }

  /** A token is for one attempt: the next one may be hours later. */
  async #identify(identify: Identify): Promise<void> {
    const { environment, url } = this.#world;
    const giveUp = () => this.#unidentified(new Error('No token came in time.'));
    this.#cancelTimer = environment.timer(IDENTITY_MS_MAX, giveUp);
    try {
      const address = await identified(url, identify);
      if (!this.#isDone) this.#open(address);
    } catch (cause) {
      this.#unidentified(cause);
    }
  }

  #unidentified(cause: unknown): void {
    if (this.#isDone) return;
    this.#world.unidentified(cause);
    this.#fail({ code: 'no_identity' });
  }

  #open(url: string): void {
    const world = this.#world;
    this.#cancelTimer();
    this.#cancelTimer = this.#within(OPEN_MS_MAX);
    this.#link = new Link(
      { ...world, url },
      {
        opened: () => this.#opened(),
        heard: (frame) => this.#heard(frame),
        closed: (closeCode) => (this.#isDone ? world.closed(closeCode) : this.#fail(reasonWhileOpening(closeCode))),
      },
    );
  }

  #within(ms: number): () => void {
    return this.#world.environment.timer(ms, () => this.#fail({ code: 'unreachable' }));
  }

  #opened(): void {
    this.#isRegistering = this.#world.proof.register !== undefined;
    if (!this.#isRegistering) this.#logIn();
    else {
      const { user, password } = this.#world.proof.credentials ?? {};
      this.#send({ action: 'reg', ref: 'reg', user, password });
      this.#world.registering();
    }
  }

  #logIn(): void {
    const { heartbeatSeconds: heartbeat, proof } = this.#world;
    this.#send({ action: 'login', ref: 'login', ...proof.credentials, heartbeat });
  }

  #send(command: Outgoing): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#within(LOGIN_MS_MAX);
    this.#link?.send(command);
  }

  #heard(frame: Frame): void {
    if (this.#isDone) this.#world.heard(frame);
    else if (frame.type === 'gateway') this.#fail({ code: 'busy', refusal: 'internal' });
    else if (frame.ref === 'reg' && this.#isRegistering) this.#registered(frame);
    else if (frame.ref === 'login') this.#answered(frame);
    else this.#world.heard(frame);
  }

  /** If it was asked for before, whoever has taken the name is perhaps ourselves: then the password is right. */
  #registered(frame: Frame): void {
    this.#isRegistering = false;
    const isPerhapsOurs = frame.code === 'user_taken' && this.#world.proof.register === 'asked';
    if (frame.type === 'reply' || isPerhapsOurs) this.#logIn();
    else this.#refused(frame);
  }

  #answered(frame: Frame): void {
    if (frame.type === 'reply' && this.#link) this.#end({ kind: 'ready', link: this.#link, reply: frame });
    else if (frame.code === 'wrong_credentials' && this.#world.proof.register)
      this.#refused({ ...frame, code: 'user_taken' });
    else this.#refused(frame);
  }

  #refused({ code = 'internal', retryAfter }: Frame): void {
    // Its token has ended since the connection was opened.
    const wasTooOld = code === 'wrong_credentials' && this.#world.proof.identify !== undefined;
    if (PASSING.has(code) || FORGOTTEN.has(code) || wasTooOld) this.#fail({ code: 'busy', refusal: code }, retryAfter);
    else this.#end({ kind: 'refused', refusal: code, retryAfter });
  }

  #fail(reason: Reason, retryAfter?: number): void {
    this.#end({ kind: 'failed', reason, retryAfter });
  }

  #end(outcome: Outcome): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#cancelTimer();
    if (outcome.kind !== 'ready') this.#link?.close();
    this.#world.done(outcome);
  }
}

/** A refused upgrade and a missing network look the same: 1006. */
function reasonWhileOpening(closeCode: number): Reason {
  return closeCode === 1006 ? { code: 'unreachable' } : reasonOf(closeCode);
}
