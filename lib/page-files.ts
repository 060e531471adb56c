import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { buildPageSync } from '../web/build';
import { cacheFolder } from './bundle';

const INDEX = 'index.html';

/** The page's files whose names change with their content. */
export function pageAssets(scope: Construct): ISource {
  return sourceOf(scope, (path) => path !== INDEX);
}

/** The one whose name does not. */
export function pageIndex(scope: Construct): ISource {
  return sourceOf(scope, (path) => path === INDEX);
}

/** Where nobody asks for the code (`cdk list`, tests of the template), nothing is built, as with the Lambdas. */
function sourceOf(scope: Construct, isMeant: (path: string) => boolean): ISource {
  if (!Stack.of(scope).bundlingRequired) return Source.data(INDEX, 'Not built.');
  const folder = mkdtempSync(join(cacheFolder(), 'page-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of buildPageSync()) {
    if (!isMeant(path)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return Source.asset(folder);
}
