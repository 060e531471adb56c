import type { Allowed } from './return';

/**
 * A crowd that is drawn comes less evenly than the whole one, of which each stands for many: with less room than this it would be refused by
 * chance.
 */
const ROOM_MIN = 10;

/** API Gateway's token bucket, for a crowd in which each stands for `share` clients: full at first, refilled in steps. */
export class TokenBucket {
  readonly #refill: number;
  readonly #most: number;
  #tokens: number;

  constructor({ perSecond, burst }: Allowed, { share, stepMs }: { readonly share: number; readonly stepMs: number }) {
    this.#refill = (perSecond / share / 1_000) * stepMs;
    this.#most = Math.max(share > 1 ? ROOM_MIN : 1, burst / share);
    this.#tokens = burst / share;
  }

  get has(): boolean {
    return this.#tokens >= 1;
  }

  refill(): void {
    const tokens = this.#tokens + this.#refill;
    this.#tokens = tokens < this.#most ? tokens : this.#most;
  }

  /** @returns whether there was one. */
  take(): boolean {
    if (!this.has) return false;
    this.#tokens -= 1;
    return true;
  }
}
