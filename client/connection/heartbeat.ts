import { PING_SHARE, PONG_MS_MAX, PROBE_MS_MAX, STOOD_STILL_MS } from '../limits';
import type { Environment } from '../types';
import type { Link } from './link';

interface HeartbeatWorld {
  readonly environment: Environment;
  readonly link: Link;
  readonly heartbeatSeconds: number;
  /** The server does not answer. */
  readonly died: () => void;
}

/**
 * Keeps the promise of a heartbeat on one link, and finds out when nobody is at its other end. A background tab's timers may come
 * a minute late, and after a sleep hours late: what counts is the time that has passed, not how often a timer has fired.
 */
export class Heartbeat {
  readonly #world: HeartbeatWorld;
  readonly #silenceMs: number;
  #cancelNext: () => void = () => undefined;
  #cancelCheck: (() => void) | undefined;
  #isProbing = false;
  #serial = 0;

  constructor(world: HeartbeatWorld) {
    this.#world = world;
    this.#silenceMs = world.heartbeatSeconds * 1000 * PING_SHARE;
    this.#plan();
  }

  stop(): void {
    this.#cancelNext();
    this.#cancelCheck?.();
  }

  /** Asks at once: the network may have changed while nobody looked. */
  probe(): void {
    if (this.#isProbing) return;
    this.#isProbing = true;
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
    this.#ping(PROBE_MS_MAX);
  }

  /** Acks and `typing` are not answered, events are not asked for: both directions have to be heard of. */
  get #quietSince(): number {
    const { lastSentAt, lastHeardAt } = this.#world.link;
    return this.#cancelCheck ? lastSentAt : Math.min(lastSentAt, lastHeardAt);
  }

  #plan(): void {
    const { environment } = this.#world;
    const dueMs = Math.max(0, this.#quietSince + this.#silenceMs - environment.now());
    this.#cancelNext();
    this.#cancelNext = environment.timer(dueMs, () => {
      if (environment.now() - this.#quietSince >= this.#silenceMs) this.#ping(PONG_MS_MAX);
      else this.#plan();
    });
  }

  #ping(pongMs: number): void {
    this.#serial += 1;
    const isSent = this.#world.link.send({ action: 'ping', ref: `p${this.#serial}` });
    if (!this.#cancelCheck) this.#check(pongMs, false);
    // A socket that is closing takes nothing any more: its end comes, or the check's.
    if (isSent) this.#plan();
  }

  /** Whatever is heard shows that somebody is there: a Lambda may fail to answer a ping. */
  #check(pongMs: number, isRepeated: boolean): void {
    const { environment, link, died } = this.#world;
    const [askedAt, heardBefore] = [environment.now(), link.heardCount];
    this.#cancelCheck = environment.timer(pongMs, () => {
      this.#cancelCheck = undefined;
      this.#isProbing = false;
      const stoodStill = environment.now() - askedAt > pongMs + STOOD_STILL_MS;
      if (link.heardCount > heardBefore) this.#plan();
      else if (stoodStill && !isRepeated) this.#check(pongMs, true);
      else died();
    });
  }
}
