import { describe, expect, it } from '@jest/globals';
import { Inbox } from '../../../local/sources/inbox';
import { FakeClock } from './fake-clock';

const sizeOf = (item: number) => item;

function filled(...items: readonly number[]): Inbox<number> {
  const inbox = new Inbox<number>();
  for (const item of items) inbox.push(item);
  return inbox;
}

describe('take', () => {
  it.each([
    ['as many as there are', [1, 1], 10, [1, 1]],
    ['no more than were asked for', [1, 1, 1], 2, [1, 1]],
    ['as many as are exactly as large as they may be', [60, 40, 1], 10, [60, 40]],
    ['none that makes them too large', [60, 41, 1], 10, [60]],
    ['one that is too large, alone', [101, 1], 10, [101]],
  ])('gives %s', (_, items, count, expected) => {
    const inbox = filled(...items);

    expect(inbox.take(count, sizeOf, 100)).toEqual(expected);
    expect(inbox.length).toBe(items.length - expected.length);
  });
});

describe('filled', () => {
  it('resolves with the item that makes it full, or when the time is over', async () => {
    const clock = new FakeClock(0);
    const { signal } = new AbortController();
    const inbox = filled(1);
    const resolvedAt: number[] = [];
    const note = () => void resolvedAt.push(clock.now());

    void inbox.filled(2, 1_000, { clock, signal }).then(note);
    await clock.advance(400);
    inbox.push(1);
    await clock.advance(600);
    void inbox.filled(3, 1_000, { clock, signal }).then(note);
    await clock.advance(2_000);

    expect(resolvedAt).toEqual([400, 2_000]);
  });
});
