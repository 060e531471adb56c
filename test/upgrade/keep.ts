/** `npm run keep:release`: keeps what this release runs and the rows that it writes, for the tests of the next one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { startEngine } from '../../local/dynamodb/engine';
import { createDatabase, type Template } from '../tooling/create-database';
import { synthesiseWithoutCode } from '../tooling/synthesise-without-code';
import { folderOf } from './kept';
import { thisRelease } from './release';
import { tell } from './tell';

async function main(version: string | undefined): Promise<void> {
  if (!version) throw new TypeError('Which version? npm run keep:release -- 0.2.0');
  const folder = folderOf(version);
  mkdirSync(folder, { recursive: true });
  buildSync({
    entryPoints: [join(__dirname, 'release.ts')],
    outfile: join(folder, 'server.cjs'),
    ...{ bundle: true, minify: true, platform: 'node', format: 'cjs', target: 'node20' },
    // The SDK is everybody's; its client for the database belongs to the tests.
    external: ['@aws-sdk/*', '@smithy/*'],
  });
  const engine = await startEngine({});
  try {
    const database = await createDatabase(engine.url, synthesiseWithoutCode() as unknown as Template);
    const kept = await tell(thisRelease, database);
    writeFileSync(join(folder, 'rows.json'), `${JSON.stringify(kept, null, 1)}\n`);
    console.log(`Kept ${kept.connections.length} + ${kept.chat.length} rows in ${folder}.`);
  } finally {
    await engine.close();
  }
}

main(process.argv[2]).catch((cause: unknown) => {
  console.error(cause instanceof TypeError ? cause.message : cause);
  process.exitCode = 1;
});
