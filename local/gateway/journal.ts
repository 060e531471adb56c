import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ConnectionFacts } from './connection-facts';
import { JOURNAL_CONNECTIONS_MAX, JOURNAL_LINES_MAX } from './limits';

/**
 * Which connections are open, kept in a file that outlives this process. API Gateway does not die with a laptop's
 * process, so the `$disconnect` of each connection that a killed gateway left behind is still owed; the next gateway
 * delivers it. One JSON object per line is appended, with no flush: what the kernel has taken survives `kill -9`.
 */
export class Journal {
  readonly #path: string | undefined;
  readonly #open = new Map<string, ConnectionFacts>();
  #lines = 0;
  #isClosed = false;

  /** Without a path nothing is written and nothing is owed. */
  constructor(path?: string) {
    this.#path = path;
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) this.#replay(line);
    this.#compact();
  }

  /** At the start these are the connections that an earlier gateway left behind. */
  open(): readonly ConnectionFacts[] {
    return Array.from(this.#open.values());
  }

  opened(facts: ConnectionFacts): void {
    if (this.#path === undefined) return;
    this.#open.set(facts.connectionId, facts);
    this.#append({ opened: facts });
  }

  closed(connectionId: string): void {
    if (this.#open.delete(connectionId)) this.#append({ closed: connectionId });
  }

  /** What is still open stays owed: the next gateway will deliver it. */
  close(): void {
    this.#isClosed = true;
  }

  /** A process that is killed may leave half a line, and whatever a line says that we cannot read is owed to nobody. */
  #replay(line: string): void {
    const entry = parseEntry(line);
    if (entry?.opened && this.#open.size < JOURNAL_CONNECTIONS_MAX) {
      this.#open.set(entry.opened.connectionId, entry.opened);
    }
    if (entry?.closed !== undefined) this.#open.delete(entry.closed);
  }

  #append(entry: Entry): void {
    if (this.#path === undefined || this.#isClosed) return;
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
    this.#lines += 1;
    if (this.#lines > JOURNAL_LINES_MAX && this.#lines > 2 * this.#open.size) this.#compact();
  }

  /** Writes a new file and renames it, so that there is a whole journal at every moment. */
  #compact(): void {
    if (this.#path === undefined) return;
    const lines = Array.from(this.#open.values(), (opened) => `${JSON.stringify({ opened })}\n`);
    writeFileSync(`${this.#path}.new`, lines.join(''));
    renameSync(`${this.#path}.new`, this.#path);
    this.#lines = lines.length;
  }
}

interface Entry {
  readonly opened?: ConnectionFacts;
  readonly closed?: string;
}

function parseEntry(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return isEntry(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(entry: unknown): entry is Entry {
  const { opened, closed } = Object(entry);
  return typeof closed === 'string' || typeof opened?.connectionId === 'string';
}
