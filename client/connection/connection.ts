import { FORGOTTEN } from '../core/refusals';
import { FLOODED_MS_MAX, ROLLOVER_SPREAD, STABLE_MS } from '../limits';
import type { ChatState, Reason, RefusalCode } from '../types';
import { Attempt, type Outcome, type Proof } from './attempt';
import { backoffMs } from './backoff';
import { reasonOf } from './close-codes';
import type { Frame } from './frame';
import { Heartbeat } from './heartbeat';
import type { Link, LinkWorld, Outgoing } from './link';

export interface ConnectionSettings extends LinkWorld {
  readonly heartbeatSeconds: number;
  readonly rolloverSeconds: number;
}

/** What a connection tells its owner. */
export interface ConnectionListener {
  changed(state: ChatState): void;
  /** From now on commands can be sent. A rollover's old link still answers what it was asked. */
  loggedIn(reply: Frame): void;
  registering(): void;
  unidentified(cause: unknown): void;
  /** For good: the proof is not used again. */
  refused(refusal: RefusalCode, retryAfter?: number): void;
  /** The server has ended what it knew well: the user is signed out here. */
  signedOut(): void;
  /** What was sent and not answered may have been carried out, or not. */
  lost(): void;
  heard(frame: Frame): void;
}

/**
 * Stays logged in. One link at a time, another one beside it when the first gets old; and after each failure a pause, by
 * backoff.
 */
export class Connection {
  readonly #settings: ConnectionSettings;
  readonly #listener: ConnectionListener;
  #state: ChatState = { state: 'disconnected', reason: { code: 'logged_out' } };
  #proof: Proof | undefined;
  #attempt: Attempt | undefined;
  #link: Link | undefined;
  /** Whose the link is; an old one that drains is somebody else's. */
  #attemptOfLink: Attempt | undefined;
  /** Counts who was to be logged in: what an older link of somebody else still says is nobody's business. */
  #session = 0;
  #heartbeat: Heartbeat | undefined;
  #failures = 0;
  #tooFastAt = Number.NEGATIVE_INFINITY;
  #cancelRetry: () => void = () => undefined;
  #cancelRollover: () => void = () => undefined;

  constructor(settings: ConnectionSettings, listener: ConnectionListener) {
    this.#settings = settings;
    this.#listener = listener;
  }

  get state(): ChatState {
    return this.#state;
  }

  /** Connects as somebody, or as somebody else. */
  start(proof: Proof): void {
    this.#session += 1;
    this.#drop();
    this.#proof = proof;
    this.#failures = 0;
    this.#begin({ code: 'starting' });
  }

  /** With what to log in the next time. */
  renew(proof: Proof): void {
    this.#proof = proof;
  }

  /** Ends it for a reason of ours. A last command is answered, or not, by a link that nobody listens to any more. */
  stop(reason: Reason, lastCommand?: Outgoing): void {
    const link = this.#link;
    this.#session += 1;
    this.#link = undefined;
    this.#proof = undefined;
    this.#drop();
    if (lastCommand) link?.send(lastCommand);
    if (lastCommand) link?.drain();
    else link?.close();
    this.#become({ state: 'disconnected', reason });
  }

  send(command: Outgoing): boolean {
    return this.#link?.send(command) ?? false;
  }

  /** How long a command that is sent now waits for those before it. */
  get backlogMs(): number {
    return this.#link?.backlogMs ?? 0;
  }

  /** Somebody looks, or the network is back. */
  wake(): void {
    if (this.#link) this.#heartbeat?.probe();
    else if (this.#proof && !this.#attempt) this.#begin(this.#reason());
  }

  #reason(): Reason {
    return 'reason' in this.#state ? this.#state.reason : { code: 'starting' };
  }

  #begin(reason: Reason): void {
    this.#cancelRetry();
    this.#become({ state: 'connecting', reason });
    this.#try();
  }

  #try(): void {
    if (!this.#proof) return;
    const listener = this.#listener;
    const session = this.#session;
    const attempt: Attempt = new Attempt({
      ...this.#settings,
      proof: this.#proof,
      registering: () => listener.registering(),
      unidentified: (cause) => listener.unidentified(cause),
      heard: (frame) => (session === this.#session ? this.#heard(attempt, frame) : undefined),
      closed: (closeCode) => this.#closed(attempt, closeCode),
      done: (outcome) => this.#done(outcome, attempt),
    });
    this.#attempt = attempt;
  }

  #done(outcome: Outcome, attempt: Attempt): void {
    this.#attempt = undefined;
    if (outcome.kind === 'ready') this.#ready(outcome, attempt);
    else if (outcome.kind === 'refused') this.#refuse(outcome.refusal, outcome.retryAfter);
    // Beside a link that is still good it is only a rollover that has to wait.
    else if (this.#link) this.#planRollover(this.#pauseMs(outcome.retryAfter));
    else this.#fail(outcome.reason, outcome.retryAfter);
  }

  #ready({ link, reply }: Extract<Outcome, { kind: 'ready' }>, attempt: Attempt): void {
    const old = this.#link;
    this.#heartbeat?.stop();
    this.#link = link;
    this.#attemptOfLink = attempt;
    const { environment, heartbeatSeconds } = this.#settings;
    this.#heartbeat = new Heartbeat({
      environment,
      link,
      heartbeatSeconds,
      died: () => this.#lose({ code: 'no_reply' }),
    });
    this.#planRollover(this.#rolloverMs());
    this.#state = { state: 'connected' };
    this.#listener.loggedIn(reply);
    if (old) old.drain();
    else this.#listener.changed(this.#state);
  }

  #rolloverMs(): number {
    const { rolloverSeconds, environment } = this.#settings;
    return rolloverSeconds * 1000 * (1 - ROLLOVER_SPREAD * environment.random());
  }

  #planRollover(ms: number): void {
    this.#cancelRollover();
    this.#cancelRollover = this.#settings.environment.timer(ms, () => {
      if (this.#link && !this.#attempt) this.#try();
    });
  }

  /** An old link that drains says what it has to say as well: nobody else may hear it. */
  #heard(attempt: Attempt, frame: Frame): void {
    const isCurrent = attempt === this.#attemptOfLink;
    this.#listener.heard(frame);
    if (frame.code === 'too_fast') this.#tooFastAt = this.#settings.environment.now();
    if (isCurrent && this.#link && frame.type === 'error' && FORGOTTEN.has(frame.code))
      this.#lose({ code: 'forgotten' });
  }

  #closed(attempt: Attempt, closeCode: number): void {
    if (attempt !== this.#attemptOfLink) return;
    if (closeCode === 1000 && !this.#attempt && !this.#link?.isOwed && this.#isWellKnown())
      this.#endedByServer(closeCode);
    else this.#lose(closeCode === 1000 ? { code: 'ended_by_server', closeCode } : reasonOf(closeCode));
  }

  /**
   * The server ends connections that it believes gone, and those that a user has revoked; API Gateway says 1000 for both. It cannot
   * have believed us gone if it has heard of us within the lease. A third kind it has announced: it ends whoever floods it.
   */
  #isWellKnown(): boolean {
    const { environment, heartbeatSeconds } = this.#settings;
    const link = this.#link;
    if (environment.now() - this.#tooFastAt < FLOODED_MS_MAX) return false;
    return (
      link !== undefined && environment.now() - Math.min(link.lastSentAt, link.lastHeardAt) < heartbeatSeconds * 1000
    );
  }

  #endedByServer(closeCode: number): void {
    this.#listener.signedOut();
    this.stop({ code: 'ended_by_server', closeCode });
  }

  #refuse(refusal: RefusalCode, retryAfter?: number): void {
    this.#listener.refused(refusal, retryAfter);
    this.stop({ code: 'login_refused', refusal });
  }

  /** The link is gone, or as good as gone. A rollover that is under way comes at the right time. */
  #lose(reason: Reason): void {
    const { environment } = this.#settings;
    if (this.#link && environment.now() - this.#link.openedAt >= STABLE_MS) this.#failures = 0;
    this.#dropLink();
    if (this.#attempt) this.#become({ state: 'connecting', reason });
    else this.#fail(reason);
  }

  #fail(reason: Reason, retryAfter?: number): void {
    const { environment } = this.#settings;
    const told: Reason = reason.code === 'unreachable' && environment.isOffline() ? { code: 'offline' } : reason;
    if (reason.code === 'rejected') {
      this.#become({ state: 'disconnected', reason });
      return;
    }
    const pauseMs = this.#pauseMs(retryAfter);
    this.#cancelRetry();
    this.#cancelRetry = environment.timer(pauseMs, () => this.#begin(told));
    this.#become({ state: 'disconnected', reason: told, nextAttemptAt: environment.wallClock() + pauseMs });
  }

  /** `retryAfter`: the server has said, in seconds, before when it is no use. */
  #pauseMs(retryAfter = 0): number {
    this.#failures += 1;
    return 1_000 * retryAfter + backoffMs(this.#failures, this.#settings.environment.random);
  }

  #drop(): void {
    this.#cancelRetry();
    this.#attempt?.cancel();
    this.#attempt = undefined;
    this.#dropLink();
  }

  #dropLink(): void {
    this.#heartbeat?.stop();
    this.#cancelRollover();
    this.#link?.close();
    this.#link = undefined;
    this.#attemptOfLink = undefined;
    this.#listener.lost();
  }

  #become(state: ChatState): void {
    this.#state = state;
    this.#listener.changed(state);
  }
}
