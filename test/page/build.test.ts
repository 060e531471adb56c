import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { buildPage, buildPageSync } from '../../web/build';

/** What a phone on a slow network has to load before anything is seen: a second's worth at 400 kbit/s. */
const SCRIPT_GZIP_BYTES_MAX = 40 * 1024;
const STYLE_GZIP_BYTES_MAX = 6 * 1024;

describe('the built page', () => {
  it('is small: a script of at most 40 KB and a style of at most 6 KB, gzipped', async () => {
    const files = await buildPage();
    const sizeOf = (type: string) => {
      const [, content = Buffer.of()] = [...files].find(([path]) => path.endsWith(type)) ?? [];
      return gzipSync(content).length;
    };

    expect(sizeOf('.js')).toBeLessThanOrEqual(SCRIPT_GZIP_BYTES_MAX);
    expect(sizeOf('.css')).toBeLessThanOrEqual(STYLE_GZIP_BYTES_MAX);
    // A page that lost its content would be small as well.
    expect(sizeOf('.js')).toBeGreaterThan(SCRIPT_GZIP_BYTES_MAX / 2);
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
