import { describe, expect, it } from '@jest/globals';
import type { Draft, Message } from '../../client';
import { isGroup, peerOf, targetOf } from '../../web/src/view/conversation-id';
import { deviceName } from '../../web/src/view/device-name';
import { initialOf, tintOf } from '../../web/src/view/faces';
import { linksIn } from '../../web/src/view/links';
import { type Row, rowsOf } from '../../web/src/view/rows';
import { daysAgo, timeAgo } from '../../web/src/view/times';

const NOON = new Date(2026, 4, 3, 12).getTime();
const MINUTE = 60_000;
const CHAT = 'dm:ann:bob';

let seq = 0;
const said = (from: string, text: string, sentAt: number): Message => {
  seq += 1;
  return { conversation: CHAT, seq, from, text, sentAt, id: `m${seq}` };
};
const draft = (id: string): Draft => ({
  ...{ id, conversation: CHAT, target: { to: 'bob' }, text: `draft ${id}`, state: 'queued' as const },
});
const rowsWith = (entries: readonly Message[], more: object = {}) =>
  rowsOf({ user: 'ann', entries, drafts: [], refused: [], ...more });
const inShort = (rows: readonly Row[]) =>
  rows.map((row) =>
    row.kind === 'run' ? `${row.from}: ${row.bubbles.map(({ text }) => text).join(' | ')}` : row.kind,
  );

describe('rowsOf', () => {
  it('puts together what one person says within five minutes', () => {
    const entries = [
      said('bob', 'a', NOON),
      said('bob', 'b', NOON + 5 * MINUTE - 1),
      said('bob', 'c', NOON + 10 * MINUTE - 1),
      said('ann', 'd', NOON + 11 * MINUTE),
    ];

    expect(inShort(rowsWith(entries))).toEqual(['day', 'bob: a | b', 'bob: c', 'ann: d']);
  });

  it('begins each day anew, though it is the same person a minute later', () => {
    const midnight = new Date(2026, 4, 4).getTime();

    const rows = rowsWith([said('bob', 'late', midnight - 1), said('bob', 'early', midnight)]);

    expect(inShort(rows)).toEqual(['day', 'bob: late', 'day', 'bob: early']);
  });

  it('shows changes of a group, and nothing of what is hidden', () => {
    const change = { conversation: 'group:g', seq: 1, from: 'bob', change: 'joined', sentAt: NOON, id: 'c' } as Message;
    const hidden: Message = { conversation: CHAT, seq: 2, from: 'bob', sentAt: NOON, hidden: true };

    expect(inShort(rowsWith([change, hidden]))).toEqual(['day', 'change']);
  });

  it('tells how far the other one has got with each of one’s own, and of nobody else’s', () => {
    const entries = [said('ann', 'x', NOON), said('ann', 'y', NOON), said('ann', 'z', NOON), said('bob', 'w', NOON)];
    const [x = 0, y = 0] = entries.map((entry) => entry.seq);

    const rows = rowsWith(entries, { peer: { received: y, read: x } });
    const bubbles = rows.flatMap((row) => (row.kind === 'run' ? row.bubbles : []));

    expect(bubbles.map(({ status }) => status)).toEqual(['read', 'delivered', 'sent', undefined]);
  });

  it('puts what waits at the end, after what was refused', () => {
    const refused = [{ draft: draft('r'), code: 'busy' as const }];

    const rows = rowsWith([said('bob', 'hi', NOON)], { drafts: [draft('q')], refused });

    expect(inShort(rows)).toEqual(['day', 'bob: hi', 'ann: draft r | draft q']);
    const [, , own] = rows;
    expect(own?.kind === 'run' && own.bubbles.map(({ status, code }) => [status, code])).toEqual([
      ['refused', 'busy'],
      ['queued', undefined],
    ]);
  });

  it('keeps the key of a draft that becomes a message', () => {
    const waiting = draft('k1');
    const stored = { ...said('ann', waiting.text, NOON), id: 'k1' };
    const keyOf = (rows: readonly Row[]) =>
      rows.flatMap((row) => (row.kind === 'run' ? [row.key, row.bubbles[0]?.key] : []));

    expect(keyOf(rowsWith([stored]))).toEqual(keyOf(rowsWith([], { drafts: [waiting] })));
  });
});

describe('linksIn', () => {
  it('finds addresses, and leaves out what ends the sentence', () => {
    expect(linksIn('See https://a.test/x?y=1, or（http://b.test/）。')).toEqual([
      { text: 'See ' },
      { text: 'https://a.test/x?y=1', href: 'https://a.test/x?y=1' },
      { text: ', or（' },
      { text: 'http://b.test/', href: 'http://b.test/' },
      { text: '）。' },
    ]);
  });

  it('makes nothing else an address that a browser would run', () => {
    expect(linksIn('javascript:alert(1) data:text/html,x')).toEqual([{ text: 'javascript:alert(1) data:text/html,x' }]);
  });

  it('loses no letter of any text', () => {
    const text = 'https:// http://[ https://x.test. https://y.test';

    expect(
      linksIn(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});

describe('a face', () => {
  it('shows the first letter as a person counts them', () => {
    expect(['ann', '张三', 'e\u0301va', ' 👩‍👧 x', ''].map(initialOf)).toEqual(['A', '张', 'E\u0301', '👩‍👧', '?']);
  });

  it('has one of eight colours, always the same', () => {
    const names = Array.from({ length: 200 }, (_, index) => `user${index}`);

    expect(new Set(names.map(tintOf)).size).toBe(8);
    expect(tintOf('张三')).toBe(tintOf('张三'));
  });
});

describe('times', () => {
  it('counts midnights, not hours', () => {
    const lateEvening = new Date(2026, 4, 2, 23, 59).getTime();

    expect([daysAgo(lateEvening, NOON), daysAgo(NOON - 1, NOON)]).toEqual([1, 0]);
  });

  it('says how long ago it was, in the language', () => {
    expect(timeAgo(NOON - 59_999, NOON, 'en-GB')).toBeUndefined();
    expect(timeAgo(NOON - 5 * MINUTE, NOON, 'en-GB')).toBe('5 minutes ago');
    expect(timeAgo(NOON - 120 * MINUTE, NOON, 'zh-CN')).toBe('2小时前');
    // The server's clock may be ahead of ours.
    expect(timeAgo(NOON + 5 * MINUTE, NOON, 'en-GB')).toBeUndefined();
  });
});

describe('a conversation', () => {
  it('is with the other one, or with a group', () => {
    expect(peerOf(CHAT, 'ann')).toBe('bob');
    expect(peerOf(CHAT, 'bob')).toBe('ann');
    expect(targetOf(CHAT, 'bob')).toEqual({ to: 'ann' });
    expect(targetOf('group:a:b', 'bob')).toEqual({ group: 'a:b' });
    expect([isGroup(CHAT), isGroup('group:x')]).toEqual([false, true]);
  });
});

describe('deviceName', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36',
      'Chrome, Linux',
    ],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0', 'Edge, Windows'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1', 'Safari, iPhone'],
    ['wscat/6', 'wscat/6'],
    [undefined, undefined],
  ])('of %s is %s', (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });
});
