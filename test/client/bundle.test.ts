import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';

const root = join(__dirname, '..', '..');

/** A page pays for it with each first visit. What makes it grow beyond this should be worth it. */
const GZIP_BYTES_MAX = 13 * 1024;

describe('the built SDK', () => {
  let text: string;

  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'build:client'], { cwd: root });
    text = readFileSync(join(root, 'client', 'dist', 'rollcall-client.mjs'), 'utf8');
  });

  it('is a few kilobytes', () => {
    expect(gzipSync(text, { level: 9 }).length).toBeLessThan(GZIP_BYTES_MAX);
  });

  it('depends on nothing, neither package nor platform', () => {
    const { metafile } = buildSync({
      absWorkingDir: root,
      entryPoints: ['client/index.ts'],
      bundle: true,
      platform: 'neutral',
      format: 'esm',
      write: false,
      metafile: true,
    });
    const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith('client/'));

    expect(text).not.toMatch(/\b(import|require)\s*[({"'*]/);
    // Pure rules of names, which both sides have to agree on; no schema, no valibot.
    expect(inputs.sort()).toEqual([
      'src/protocol/handle.ts',
      'src/protocol/ids.ts',
      'src/protocol/limits.ts',
      'src/protocol/text.ts',
    ]);
  });

  it('is what `rollcall/client` is', () => {
    const script = "import * as client from 'rollcall/client'; console.log(Object.keys(client).join())";
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: root });

    expect(said.toString().trim()).toBe('ChatError,connect,indexedDbStorage,memoryStorage');
  });
});
