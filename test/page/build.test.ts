import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { buildPage, buildPageSync } from '../../web/build';

/** What a phone with a slow network has to load before anything is seen: script, style and HTML together. */
const GZIP_BYTES_MAX = 42 * 1024;

describe('the built page', () => {
  it('is small: script, style and HTML have at most 42 KB, gzipped', async () => {
    const files = await buildPage();

    const bytes = [...files.values()].reduce((sum, content) => sum + gzipSync(content).length, 0);

    expect(bytes).toBeLessThanOrEqual(GZIP_BYTES_MAX);
    // A page that lost its content would be small as well.
    expect(bytes).toBeGreaterThan(GZIP_BYTES_MAX / 2);
  });

  it('names each of its assets in its HTML, and nothing of its sources', async () => {
    const files = await buildPage();
    const index = Buffer.from(files.get('index.html') ?? []).toString();
    const assets = [...files.keys()].filter((path) => path !== 'index.html');

    expect(assets.map((path) => path.replace(/-\w+\./, '-HASH.')).sort()).toEqual([
      'assets/main-HASH.css',
      'assets/main-HASH.js',
    ]);
    for (const path of assets) expect(index).toContain(`"${path}"`);
    expect(index).not.toMatch(/main\.(tsx|css)"/);
  });

  it('has nothing inline that its policy would have to allow', async () => {
    const index = Buffer.from((await buildPage()).get('index.html') ?? []).toString();

    expect(index).not.toMatch(/<style|<script(?![^>]* src=)| on\w+=| style=/);
  });

  it('is the same for the CDK, which cannot wait', async () => {
    expect([...buildPageSync().keys()]).toEqual([...(await buildPage()).keys()]);
  });
});
