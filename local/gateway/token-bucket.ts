/** The token bucket of API Gateway's throttles: it holds `burst` tokens and gets `ratePerSecond` new ones (Developer Guide, "Protect your WebSocket APIs"). */
export class TokenBucket {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  constructor(rate: { readonly ratePerSecond: number; readonly burst: number }, now: () => number) {
    this.#ratePerSecond = rate.ratePerSecond;
    this.#burst = rate.burst;
    this.#now = now;
    this.#tokens = rate.burst;
    this.#filledAt = now();
  }

  /** Takes a token, if there is one. */
  take(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** A clock that was set back gives nothing, and takes nothing either. */
  #fill(): void {
    const now = this.#now();
    const elapsedMs = now - this.#filledAt;
    this.#filledAt = now;
    if (elapsedMs > 0) this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs / 1000) * this.#ratePerSecond);
  }
}
