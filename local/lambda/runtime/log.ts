type Stream = 'stdout' | 'stderr';

/** What a function writes, on its way to the host; bounded for each invocation. */
export class Log {
  readonly #charsMax: number;
  readonly #send: (stream: Stream, text: string) => void;
  #charsLeft: number;

  constructor(charsMax: number, send: (stream: Stream, text: string) => void) {
    this.#charsMax = charsMax;
    this.#charsLeft = charsMax;
    this.#send = send;
  }

  /** For the next invocation. */
  begin(): void {
    this.#charsLeft = this.#charsMax;
  }

  write(stream: Stream, text: string): void {
    if (this.#charsLeft <= 0) return;
    const kept = text.slice(0, this.#charsLeft);
    this.#charsLeft -= text.length;
    this.#send(stream, this.#charsLeft > 0 ? kept : `${kept}\n(the rest of this invocation's log is left out)\n`);
  }

  /** From now on, whatever is written to the process's own stream comes here. */
  capture(stream: Stream): void {
    const write = (chunk: string | Uint8Array, second?: unknown, third?: () => void): boolean => {
      this.write(stream, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      const written = typeof second === 'function' ? second : third;
      if (written !== undefined) process.nextTick(written);
      return true;
    };
    process[stream].write = write as typeof process.stdout.write;
  }
}
