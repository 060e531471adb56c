/** What the package brings, built before it was packed: its folders lie beside the one file that all of `lib/` has become. */
import { join } from 'node:path';
import type { PagePart } from './artifacts';

export function lambdasFolder(_names: readonly string[]): string {
  return join(__dirname, 'lambdas');
}

export function pageFolder(part: PagePart): string {
  return join(__dirname, 'page', part);
}
