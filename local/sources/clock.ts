/** Time, as the event sources see it: tests move it themselves. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or as soon as the signal is aborted. Never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** A timer takes at most 2³¹ − 1 ms; whoever waits for longer looks at the clock again then. */
export const WAIT_MS_MAX = 2 ** 31 - 1;

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, WAIT_MS_MAX));
      signal.addEventListener('abort', done, { once: true });
    }),
};
