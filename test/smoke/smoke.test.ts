/** `npm run smoke` as an operator runs it, on the app as `npm start` serves it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ended, npm, START_MS_MAX } from '../end-to-end/children';
import { ServedApp } from '../end-to-end/served-app';
import type { Report } from './report';

/** Half a minute on a machine that does nothing else. */
const SMOKE_MS_MAX = 300_000;

/** Patience for a machine that does much else. */
const PATIENCE = ['--patience', '60'];

const isRun = process.env.ROLLCALL_TEST_DYNOXIDE_MISSING === undefined;

(isRun ? describe : describe.skip)('npm run smoke (skipped without a database)', () => {
  let folder: string;
  let app: ServedApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smoke-'));
    app = await ServedApp.start(['--environments', '4', '--fault', 'post.lost=0', '--seed', '1']);
    await app.trouble({ 'post.lost': 0 });
  }, START_MS_MAX);

  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  }, START_MS_MAX);

  async function smoke(...flags: readonly string[]): Promise<{ readonly ended: Ended; readonly report: Report }> {
    const report = join(folder, 'report');
    const child = npm('run', '--silent', 'smoke', '--', '--url', app.url, '--quick', '--report', report, ...flags);
    try {
      const ended = await child.ended();
      return { ended, report: JSON.parse(await readFile(`${report}.json`, 'utf8')) };
    } finally {
      child.kill();
    }
  }

  it(
    'is green on the served app, skips only what it says, and leaves nobody online',
    async () => {
      const { ended, report } = await smoke(...PATIENCE);

      expect(report.results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(report.results.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(70);
      for (const { outcome, detail } of report.results) if (outcome === 'skipped') expect(detail).toMatch(/\w/);
      expect(Object.keys(report.latencies)).toEqual(['reply', 'delivery', 'presence']);
      expect((await app.facts()).connections).toEqual([]);
      const page = await readFile(join(folder, 'report.md'), 'utf8');
      expect(page).toMatch(/^# Smoke: green/);
      for (const { check } of report.results) expect(page).toContain(check);
      for (const name of report.accounts) expect(page).toContain(name);
    },
    SMOKE_MS_MAX,
  );

  it(
    'is red, and says what, where what it looks for does not come',
    async () => {
      await app.trouble({ 'post.lost': 1 });
      const { ended, report } = await smoke('--only', 'groups', '--patience', '5');

      const failed = report.results.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check);
      expect(ended.code).toBe(1);
      expect(failed).toContain('a message reaches every other member');
      expect(ended.stdout).toContain('✗ groups › a message reaches every other member');
      expect(await readFile(join(folder, 'report.md'), 'utf8')).toMatch(/^# Smoke: RED/);
    },
    SMOKE_MS_MAX,
  );

  it('says in one line that nobody answers', async () => {
    const { code, stderr } = await npm('run', '--silent', 'smoke', '--', '--url', 'ws://localhost:9/dev').ended();

    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: no WebSocket opens at ws:\/\/localhost:9\/dev: .+\n$/);
  });
});
