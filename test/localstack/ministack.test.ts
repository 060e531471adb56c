/**
 * The whole stack on MiniStack, a free server that speaks AWS's API and needs no Docker: deployed by `npm run deploy:localstack` and driven by
 * `npm run smoke`. `.ci/run` installs it and names it; docs/localstack.md has what was seen.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFreePort } from '../../local/process/free-port';
import { Child, eventually, START_MS_MAX } from '../end-to-end/children';
import type { Report } from '../smoke/report';

const PROGRAM = process.env.MINISTACK;

/** A synth, some two hundred resources, and a minute of chat: on a machine that does much else. */
const DEPLOY_MS_MAX = 300_000;
const SMOKE_MS_MAX = 300_000;

const SECTIONS = [
  'accounts',
  'friends and presence',
  'messages',
  'groups',
  'blocks',
  'devices and passwords',
  'frames and errors',
];

/** What MiniStack does otherwise than AWS, and shows here: docs/localstack.md has the reproduction. */
const GAPS = ['the routes of API Gateway itself are no actions'];

if (PROGRAM === undefined) {
  it.skip('the stack on MiniStack (skipped: MINISTACK does not name its program)', () => undefined);
} else {
  describe('the stack on MiniStack', () => {
    let folder: string;
    let endpoint: string;
    let server: Child;

    const run = (...command: readonly string[]) =>
      new Child('env', [`AWS_ENDPOINT_URL=${endpoint}`, 'npm', 'run', '--silent', ...command]);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ministack-'));
      const port = await findFreePort();
      endpoint = `http://localhost:${port}`;
      // It leaves its functions' code where temporary files go.
      server = new Child('env', [`GATEWAY_PORT=${port}`, `TMPDIR=${folder}`, PROGRAM]);
      const isUp = async () => (await fetch(`${endpoint}/_ministack/health`).catch(() => undefined))?.ok || undefined;
      await eventually('MiniStack', isUp, START_MS_MAX);
    }, START_MS_MAX);

    afterAll(async () => {
      server.kill();
      await server.ended();
      await rm(folder, { recursive: true, force: true });
    });

    it(
      'is deployed, and does in it what it does on AWS',
      async () => {
        const deployed = await run('deploy:localstack').ended();
        const url = /npm run smoke -- --quick --url (\S+)/.exec(deployed.stdout)?.[1];
        expect(url ?? `${deployed.stdout}${deployed.stderr}`).toMatch(/^ws:/);

        const report = join(folder, 'report');
        const only = SECTIONS.flatMap((title) => ['--only', title]);
        await run(
          'smoke',
          '--',
          '--quick',
          '--url',
          String(url),
          '--report',
          report,
          ...only,
          '--patience',
          '30',
        ).ended();
        const { results } = JSON.parse(await readFile(`${report}.json`, 'utf8')) as Report;

        const failed = results.filter(({ outcome }) => outcome === 'failed');
        expect(failed.filter(({ check }) => !GAPS.includes(check))).toEqual([]);
        expect(results.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(45);
        // A gap that has been closed is no gap any more: then its line goes here and in the table.
        expect(failed.map(({ check }) => check)).toEqual(GAPS);
      },
      DEPLOY_MS_MAX + SMOKE_MS_MAX,
    );
  });
}
