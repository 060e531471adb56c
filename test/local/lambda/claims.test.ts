import { describe, expect, it } from '@jest/globals';
import { after, claim, newCell, takeBack } from '../../../local/lambda/claims';

describe('an invocation that was sent', () => {
  it('begins once, in its turn', () => {
    const cell = newCell();

    expect([claim(cell, 1), claim(cell, 0), claim(cell, 0), claim(cell, 1)]).toEqual([false, true, false, true]);
  });

  it('does not begin after it was taken back; those that had begun are told apart', () => {
    const cell = newCell();
    claim(cell, 0);

    const firstNotBegun = takeBack(cell, 3);

    expect(firstNotBegun).toBe(1);
    expect([claim(cell, 1), claim(cell, 2), claim(cell, 3)]).toEqual([false, false, true]);
  });

  it('has a number that goes round before an Int32 overflows', () => {
    const cell = newCell();
    const last = 2 ** 30 - 1;
    takeBack(cell, last);

    expect(claim(cell, last)).toBe(true);
    expect(after(last)).toBe(0);
    expect(claim(cell, 0)).toBe(true);
  });
});
