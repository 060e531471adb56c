/** What happened, when and to whom: kept only where somebody will read it. */
export class Timeline {
  readonly lines: string[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  note(who: string, what: string): void {
    const seconds = (this.#now() / 1000).toFixed(3).padStart(10);
    this.lines.push(`${seconds}  ${who.padEnd(22)} ${what}`);
  }
}
