import { appendFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { deployment } from './deployment';
import { OPEN_FACTS, type OpenFactName } from './open-facts';

/** What a run against AWS leaves for its table, one JSON object per line. */
export interface Seen {
  readonly name: OpenFactName;
  readonly seen: unknown;
}

/** The local gateway must do what is documented as its default; on AWS, whatever happens is the answer. */
export function settle(name: OpenFactName, seen: unknown): void {
  if (deployment === undefined) expect(seen).toEqual(OPEN_FACTS[name].byDefault);
  else appendFileSync(deployment.seenFile, `${JSON.stringify({ name, seen } satisfies Seen)}\n`);
}
