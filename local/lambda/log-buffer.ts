import type { LogLine } from './invocation';
import { LOG_LINES_MAX } from './limits';

/** Chunks in, lines out. A write need not end with a newline; what is left of a line counts as one at the end. */
export class LogBuffer {
  #lines: LogLine[] = [];
  readonly #partial = { stdout: '', stderr: '' };

  append(stream: LogLine['stream'], text: string): void {
    const lines = (this.#partial[stream] + text).split('\n');
    this.#partial[stream] = lines.pop() ?? '';
    for (const line of lines) this.#add(stream, line);
  }

  /** Everything since the last call. What a function writes between two invocations belongs to the later one. */
  take(requestId: string): readonly LogLine[] {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#partial[stream] !== '') this.#add(stream, this.#partial[stream]);
      this.#partial[stream] = '';
    }
    const taken = this.#lines.map((line) => ({ ...line, requestId }));
    this.#lines = [];
    return taken;
  }

  #add(stream: LogLine['stream'], text: string): void {
    if (this.#lines.length < LOG_LINES_MAX) this.#lines.push({ stream, text });
  }
}
