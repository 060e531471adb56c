import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Journal } from '../../../local/gateway/journal';
import { JOURNAL_LINES_MAX } from '../../../local/gateway/limits';

const directory = mkdtempSync(join(tmpdir(), 'journal-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const factsOf = (connectionId: string) => ({ connectionId, connectedAt: 1, sourceIp: '::1', host: 'localhost' });

describe('the journal', () => {
  it('stays bounded however many connections come and go', () => {
    const path = join(directory, 'bounded.jsonl');
    const journal = new Journal(path);
    journal.opened(factsOf('stays'));

    for (let index = 0; index < JOURNAL_LINES_MAX; index += 1) {
      journal.opened(factsOf(String(index)));
      journal.closed(String(index));
    }

    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThanOrEqual(JOURNAL_LINES_MAX + 1);
    expect(new Journal(path).open()).toEqual([factsOf('stays')]);
  });

  it('owes nothing without a path', () => {
    const journal = new Journal();

    journal.opened(factsOf('a'));
    journal.closed('a');

    expect(journal.open()).toEqual([]);
  });
});
