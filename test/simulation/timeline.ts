import { inspect } from 'node:util';
import type { Expired } from '../../src/domain/ports/ports';
import type { Step } from './steps';

interface Line {
  readonly at: number;
  readonly who: string;
  what: string;
  /** Nothing that anybody would read. */
  isIdle?: boolean;
}

const WHAT_LENGTH_MAX = 900; // A login's reply can be long, and what matters stands in front.

/** What happened, when and to whom: kept only where somebody will read it. */
export class Timeline {
  readonly #lines: Line[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  note(who: string, what: string): Line {
    const line = { at: this.#now(), who, what };
    this.#lines.push(line);
    return line;
  }

  /** A step takes effect; its outcome is written behind it as soon as it is known. */
  step({ invocation, name, args }: Step, outcome: Promise<unknown>): void {
    const line = this.note(invocation.name, `${name}(${args.map(show).join(', ')})`);
    outcome.then(
      (value) => {
        line.what += ` → ${show(value)}`;
        line.isIdle = name === 'connections.expired' && (value as Expired).connections.length === 0;
      },
      (cause) => {
        line.what += ` ✗ ${cause instanceof Error ? cause.message : show(cause)}`;
      },
    );
  }

  get lines(): readonly string[] {
    return this.#lines
      .filter(({ isIdle }) => !isIdle)
      .map(({ at, who, what }) => {
        const short = what.length > WHAT_LENGTH_MAX ? `${what.slice(0, WHAT_LENGTH_MAX)}…` : what;
        return `${(at / 1000).toFixed(3).padStart(9)}  ${who.padEnd(20)} ${short}`;
      });
  }
}

function show(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 3, compact: true }).replaceAll('\n', ' ');
}
