import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row, Rows } from '../tooling/rows';
import type { thisRelease } from './release';

/** What `keep.ts` has kept of a release: rows as it wrote them, and what goes with them. */
export interface Kept extends Rows {
  /** The clock's last reading. */
  readonly now: number;
  readonly password: string;
  /** A token of each user who has logged in. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Records of the stream, not yet announced. */
  readonly records: readonly {
    readonly dynamodb: { readonly SequenceNumber: string; readonly OldImage: Row; readonly NewImage: Row };
  }[];
  /** Messages of the queue, not yet done. */
  readonly jobs: readonly string[];
}

export type Server = typeof thisRelease;

/** The release before this one. Whoever makes a release keeps it, and names it here: CONTRIBUTING.md, "A release". */
export const LAST_RELEASE = '0.1.0';

export const folderOf = (version: string) => join(__dirname, '../fixtures/releases', version);

export function keptRows(version = LAST_RELEASE): Kept {
  return JSON.parse(readFileSync(join(folderOf(version), 'rows.json'), 'utf8'));
}

export function keptServer(version = LAST_RELEASE): Server {
  return require(join(folderOf(version), 'server.cjs')).thisRelease;
}
