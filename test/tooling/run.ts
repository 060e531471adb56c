/** Runs a program: its exit code is what `main` resolves with; or 2, after saying why, if it rejects. */
export function run(main: () => Promise<number>, usage: string): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (cause: unknown) => {
      // A TypeError is what was typed wrong; anything else is ours, and has a stack.
      console.error(cause instanceof TypeError ? `${cause.message}\n\n${usage}` : cause);
      process.exitCode = 2;
    },
  );
}
