import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PACKED_TABLE, UNICODE_VERSION } from '../../src/adapters/node/confusables-table';
import { lookalikes, unpackTable } from '../../src/adapters/node/lookalikes';
import { isUserId, normaliseHandle } from '../../src/protocol/handle';
import type { UserId } from '../../src/protocol/ids';
import { confusables, versionOf } from '../../tooling/confusables';

const BYTES_MAX = 20 * 1024;

const skeletonOf = (handle: string) => {
  const userId = normaliseHandle(handle);
  if (!isUserId(userId)) throw new Error(`${handle} is no name.`);
  return lookalikes.skeletonOf(userId);
};

describe('the table', () => {
  const source = process.env.CONFUSABLES_TXT;
  const isThere = source === undefined ? it.skip : it;

  isThere('is what the generator makes of its source (skipped unless CONFUSABLES_TXT names it)', () => {
    const text = readFileSync(String(source), 'utf8');

    expect(versionOf(text)).toBe(UNICODE_VERSION);
    expect(unpackTable().map((pair) => pair.join(''))).toEqual(confusables(text));
  });

  it('is small, and has each character once, with something else that it looks like', () => {
    const from = unpackTable().map(([character]) => character);

    expect(PACKED_TABLE.length).toBeLessThan(BYTES_MAX);
    expect(new Set(from).size).toBe(from.length);
    expect(unpackTable().filter(([character, look]) => look === '' || look === character)).toEqual([]);
  });
});

describe('a skeleton', () => {
  it.each([
    ['coco', 'сосо'],
    ['paypal', 'раураӏ'],
    ['arnold', 'amold'],
    ['carl', 'car1'],
    ['ѕсоре', 'scope'],
    ['é', 'é'],
    ['οδος', 'oδoς'],
  ])('%s looks like %s', (one, other) => {
    expect(skeletonOf(one)).toBe(skeletonOf(other));
  });

  it('tells apart what people tell apart', () => {
    const names = [
      'ann',
      'anna',
      'bob',
      'a0',
      'ao',
      'user1',
      'user11',
      'user12',
      '张三',
      '李四',
      'иван',
      'jose',
      'josé',
    ];

    expect(new Set(names.map(skeletonOf)).size).toBe(names.length);
  });

  it('of numbered names, a thousand are a thousand', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `user${index}`);

    expect(new Set(names.map(skeletonOf)).size).toBe(1_000);
  });
});

describe('a name', () => {
  const isMixed = (handle: string) => lookalikes.isMixed(normaliseHandle(handle) as UserId);

  it.each([
    'ann',
    'josé',
    'user1',
    '2026',
    '张三',
    'ann张三',
    '張三bopomoㄅ',
    '田中さんカナ',
    'tanakaさん',
    '김철수',
    'kim철수',
    'иван',
    'иван7',
    'γιάννης',
    'हिन्दी',
    'محمد',
    'שלום',
    'สมชาย',
    'አበበ',
    '१२३',
    'ভাষা',
  ])('%s is of one script, or of some that are written together', (handle) => {
    expect(isUserId(normaliseHandle(handle))).toBe(true);
    expect(isMixed(handle)).toBe(false);
  });

  it.each(['pаypal', 'annа', 'иvan', 'αnn', 'иван张三', 'שלוםann', 'さん김', '1१', 'ann१1', 'ㄅさ'])(
    '%s is mixed',
    (handle) => {
      expect(isMixed(handle)).toBe(true);
    },
  );
});
