import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import { isGreen, markdown, type Report } from './report';
import { check, longCheck, type Result, type Stage, section, uncheckable } from './section';

const STAGE = { isQuick: true } as Stage;

async function resultsOf(...of: Parameters<typeof section<{ readonly stage: Stage }>>): Promise<readonly Result[]> {
  const results: Result[] = [];
  await section(...of).run(STAGE, (result) => results.push(result));
  return results.map((result) => ({ ...result, ms: 0 }));
}

const reportOf = (results: readonly Result[]): Report => ({
  version: '1.0.0',
  url: 'wss://host.example/dev',
  isQuick: true,
  startedAt: '2026-11-23T12:00:00.000Z',
  seconds: 7,
  results,
  latencies: { reply: { count: 2, p50Ms: 10, p99Ms: 20, maxMs: 20 } },
  accounts: ['smokeann'],
});

describe('a section', () => {
  it('tries each check, whatever became of the one before, and says what was seen', async () => {
    const results = await resultsOf('things', async (stage) => ({ stage }), [
      check('one holds', async () => undefined),
      check('one does not', async () => Promise.reject(new Error('one is\nnot two'))),
      check('one is looked at', async () => 'it is blue'),
      longCheck('one takes long', async () => assert.fail('it was waited for')),
      uncheckable('one is elsewhere', 'look there'),
    ]);

    const made = { section: 'things', ms: 0 };
    expect(results).toEqual([
      { ...made, check: 'everybody is there', outcome: 'ok' },
      { ...made, check: 'one holds', outcome: 'ok' },
      { ...made, check: 'one does not', outcome: 'failed', detail: 'one is\nnot two' },
      { ...made, check: 'one is looked at', outcome: 'ok', detail: 'it is blue' },
      { ...made, check: 'one takes long', outcome: 'skipped', detail: 'it takes a minute: run without --quick' },
      { ...made, check: 'one is elsewhere', outcome: 'skipped', detail: 'look there' },
    ]);
    const page = markdown(reportOf(results));
    expect(page).toMatch('# Smoke: RED');
    expect(page).toMatch('3 ok, 1 failed, 2 skipped');
    expect(page).toMatch('| ✗ | one does not | 0 | one is not two |');
    expect(page).toMatch(/\| reply \| .* \| 2 \| 10 \| 20 \| 20 \|/);
  });

  it('fails as a whole where nobody could be made', async () => {
    const prepare = async () => Promise.reject(new Error('no'));
    const results = await resultsOf('things', prepare, [check('one holds', async () => undefined)]);

    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped']);
    expect(isGreen(reportOf(results))).toBe(false);
  });
});

describe('a report', () => {
  it('is not green where nothing was tried', () => {
    expect(isGreen(reportOf([]))).toBe(false);
  });
});
