/**
 * What the stack deploys besides itself, built from this repository whenever the app is synthesised. In the package, where there are no
 * sources, `packaged-artifacts.ts` stands in the place of this file (tooling/build-package.ts).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPageSync } from '../web/build';
import { bundleLambdas, cacheFolder } from './bundle';

/** Of the page's files, those whose names change with their content, or the one whose name does not. */
export type PagePart = 'assets' | 'index';

const INDEX = 'index.html';

/** A folder that holds one for each of these files in `lambdas/`. It is gone when the process ends; the CDK has copied it by then. */
export function lambdasFolder(names: readonly string[]): string {
  const folder = temporaryFolder('bundles-');
  bundleLambdas(names, { folder, sourcemap: true });
  return folder;
}

export function pageFolder(part: PagePart): string {
  const folder = temporaryFolder('page-');
  writePage(part, folder);
  return folder;
}

export function writePage(part: PagePart, folder: string): void {
  for (const [path, content] of buildPageSync()) {
    if ((path === INDEX) !== (part === 'index')) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(cacheFolder(), prefix));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
