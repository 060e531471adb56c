import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseStartOptions } from '../../../local/cli/options';
import { FAULT_NAMES, faultsLine, parseFaults } from '../../../local/faults/fault-options';

const parse = (texts: readonly string[], seed?: string) => parseFaults(texts, seed, () => 42);

describe('--fault', () => {
  it('may come several times, and with commas', () => {
    const options = parse(['post.lost=0.1', 'gone.false=1, stream.twice=.5', 'post.lost=0']);

    expect(options).toEqual({
      seed: 42,
      probabilities: new Map([
        ['post.lost', 0],
        ['gone.false', 1],
        ['stream.twice', 0.5],
      ]),
    });
  });

  it('is nothing unless it is given', () => {
    expect(parse([])).toBeUndefined();
    expect(parseStartOptions([]).faults).toBeUndefined();
    expect(parseStartOptions(['--fault', 'gsi.stale=0.2', '--seed', '7']).faults).toEqual({
      seed: 7,
      probabilities: new Map([['gsi.stale', 0.2]]),
    });
  });

  it.each(['post.gone=0.1', 'toString=1', '', 'POST.LOST=1'])('%p is refused, with all names', (text) => {
    const message = `--fault ${text}: there is no fault "${text.split('=')[0]}". There are: ${FAULT_NAMES.join(', ')}`;

    expect(() => parse([text])).toThrow(message);
  });

  it.each(['post.lost', 'post.lost=', 'post.lost=1.01', 'post.lost=-0.1', 'post.lost=1e-3', 'post.lost=0.1=0.2'])(
    '%p is refused, with an example',
    (text) => {
      expect(() => parse([text])).toThrow(
        `--fault ${text}: write NAME=PROBABILITY, with a number from 0 to 1, as in post.lost=0.1`,
      );
    },
  );
});

describe('--seed', () => {
  it.each(['0', '4294967295'])('takes %s', (seed) => {
    expect(parse(['post.lost=1'], seed)?.seed).toBe(Number(seed));
  });

  it.each(['4294967296', '-1', 'x', '', '1.5'])('refuses %p', (seed) => {
    expect(() => parse(['post.lost=1'], seed)).toThrow(
      `--seed must be a whole number from 0 to 4294967295, not "${seed}". See --help.`,
    );
  });
});

describe('the line at start', () => {
  it('says how to have the same faults again', () => {
    const options = parse(['post.lost=0.1,gone.false=1'], '9');
    const line = options && faultsLine(options);
    const [, flags = ''] = /with: (.*)$/.exec(line ?? '') ?? [];

    expect(flags).toBe('--fault post.lost=0.1,gone.false=1 --seed 9');
    expect(parseStartOptions(flags.split(' ')).faults).toEqual(options);
  });
});

describe('the documentation', () => {
  it.each(FAULT_NAMES)('has a row and an example of %s', (name) => {
    const text = readFileSync(join(__dirname, '../../../local/faults/README.md'), 'utf8');

    expect(text).toMatch(new RegExp(`^\\| \`${name}\` \\| .*--fault ${name}=`, 'm'));
  });
});
