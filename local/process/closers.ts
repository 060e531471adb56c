/** Long enough for a gateway to hear its $disconnect Lambdas out; after it, whatever still hangs dies with the process. */
const CLOSE_MS_MAX = 15_000;

type Close = () => Promise<unknown> | undefined;

/** What has been started, to be ended in the opposite order: each thing may rely on what was there before it. */
export class Closers {
  readonly #stack: Close[] = [];

  add(close: Close): void {
    this.#stack.push(close);
  }

  /** Ends everything, one after the other. A thing that fails to end keeps none of the others from ending. */
  async closeAll(): Promise<void> {
    for (let close = this.#stack.pop(); close !== undefined; close = this.#stack.pop()) {
      await within(CLOSE_MS_MAX, close);
    }
  }
}

async function within(ms: number, work: Close): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work(), late]);
  } catch {
    // It is being thrown away; there is nobody left to whom its failure would matter.
  } finally {
    clearTimeout(timer);
  }
}
