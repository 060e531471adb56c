import { PACE_BURST, PACE_PER_SECOND } from '../limits';

const COST_MS = 1_000 / PACE_PER_SECOND;
const AHEAD_MS_MAX = (PACE_BURST - 1) * COST_MS;

/**
 * When the commands of one connection go out: a burst at once, the others one after the other, in their order, so slowly that the
 * server refuses none (PROTOCOL.md, `too_fast`). The same account as the server's, only poorer.
 */
export class Pace {
  #freeAt = 0;

  /** @returns after how many milliseconds the next command may go. */
  next(now: number): number {
    const waitMs = this.backlogMs(now);
    this.#freeAt = Math.max(this.#freeAt, now) + COST_MS;
    return waitMs;
  }

  /** After how many milliseconds a command would go that comes now. */
  backlogMs(now: number): number {
    return Math.max(0, this.#freeAt - now - AHEAD_MS_MAX);
  }
}
