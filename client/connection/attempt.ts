import { FORGOTTEN, PASSING } from '../core/refusals';
import { LOGIN_MS_MAX, OPEN_MS_MAX } from '../limits';
import type { Credentials, Reason, RefusalCode } from '../types';
import { reasonOf } from './close-codes';
import type { Frame } from './frame';
import { Link, type LinkWorld, type Outgoing } from './link';

/** How to become somebody: by a password or a token; or by making the account first. */
export interface Proof {
  readonly credentials: Credentials;
  /** `asked`: it was sent before, and may have been made then. */
  readonly register?: 'new' | 'asked' | undefined;
}

export type Outcome =
  | { readonly kind: 'ready'; readonly link: Link; readonly reply: Frame }
  | { readonly kind: 'failed'; readonly reason: Reason }
  /** The server says no, and would say so again. */
  | { readonly kind: 'refused'; readonly refusal: RefusalCode; readonly retryAfter?: number | undefined };

export interface AttemptWorld extends LinkWorld {
  readonly heartbeatSeconds: number;
  readonly proof: Proof;
  /** The account is asked for: from now on it may have been made. */
  registering(): void;
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
  readonly #link: Link;
  #isDone = false;
  #isRegistering = false;
  #cancelTimer: () => void;

  constructor(world: AttemptWorld) {
    this.#world = world;
    this.#cancelTimer = this.#within(OPEN_MS_MAX);
    this.#link = new Link(world, {
      opened: () => this.#opened(),
      heard: (frame) => this.#heard(frame),
      closed: (closeCode) => (this.#isDone ? world.closed(closeCode) : this.#fail(reasonWhileOpening(closeCode))),
    });
  }

  cancel(): void {
    this.#isDone = true;
    this.#cancelTimer();
    this.#link.close();
  }

  #within(ms: number): () => void {
    return this.#world.environment.timer(ms, () => this.#fail({ code: 'unreachable' }));
  }

  #opened(): void {
    this.#isRegistering = this.#world.proof.register !== undefined;
    if (!this.#isRegistering) this.#logIn();
    else {
      const { user, password } = this.#world.proof.credentials;
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
    this.#link.send(command);
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
    if (frame.type === 'reply') this.#end({ kind: 'ready', link: this.#link, reply: frame });
    else if (frame.code === 'wrong_credentials' && this.#world.proof.register)
      this.#refused({ ...frame, code: 'user_taken' });
    else this.#refused(frame);
  }

  #refused({ code = 'internal', retryAfter }: Frame): void {
    if (PASSING.has(code) || FORGOTTEN.has(code)) this.#fail({ code: 'busy', refusal: code });
    else this.#end({ kind: 'refused', refusal: code, retryAfter });
  }

  #fail(reason: Reason): void {
    this.#end({ kind: 'failed', reason });
  }

  #end(outcome: Outcome): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#cancelTimer();
    if (outcome.kind !== 'ready') this.#link.close();
    this.#world.done(outcome);
  }
}

/** A refused upgrade and a missing network look the same: 1006. */
function reasonWhileOpening(closeCode: number): Reason {
  return closeCode === 1006 ? { code: 'unreachable' } : reasonOf(closeCode);
}
