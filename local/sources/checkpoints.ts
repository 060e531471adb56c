import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Where a mapping stands in its stream. */
export interface Checkpoint {
  readonly streamArn: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/**
 * Lambda remembers where each mapping stands; without it, every start of the gateway would replay a table's history.
 * Kept in a file where the tables are kept in one, and nowhere otherwise.
 */
export class Checkpoints {
  readonly #path: string | undefined;
  readonly #known: Map<string, Checkpoint>;

  constructor(path?: string) {
    this.#path = path;
    this.#known = new Map(Object.entries(path === undefined ? {} : read(path)));
  }

  get(mappingId: string): Checkpoint | undefined {
    return this.#known.get(mappingId);
  }

  set(mappingId: string, checkpoint: Checkpoint): void {
    this.#known.set(mappingId, checkpoint);
    if (this.#path === undefined) return;
    writeFileSync(`${this.#path}.new`, JSON.stringify(Object.fromEntries(this.#known)));
    renameSync(`${this.#path}.new`, this.#path);
  }
}

/** Nothing there, or nothing that we wrote: then every mapping begins where its template says. */
function read(path: string): Readonly<Record<string, Checkpoint>> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
