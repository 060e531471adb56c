const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A terminal's Ctrl-C reaches every process in the foreground, and npm passes its own on to us as well: one press
 * arrives twice, some milliseconds apart. Nobody presses it again on purpose within this time.
 */
const SAME_PRESS_MS = 400;

/** What a shell expects of a process that was interrupted (128 + SIGINT). */
const INTERRUPTED = 130;

/** Calls `onStop` once, at the first signal that asks us to end; a second press of Ctrl-C ends the process at once. */
export function onStopSignal(onStop: (signal: NodeJS.Signals) => void): void {
  let firstAt: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const now = performance.now();
      if (firstAt === undefined) {
        firstAt = now;
        onStop(signal);
      } else if (now - firstAt > SAME_PRESS_MS) {
        process.exit(INTERRUPTED);
      }
    });
  }
}
