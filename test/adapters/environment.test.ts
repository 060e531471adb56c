import { afterEach, describe, expect, it } from '@jest/globals';
import { requiredNumber } from '../../src/adapters/lambda/environment';

const NAME = 'ROLLCALL_TEST_SECONDS';

afterEach(() => {
  delete process.env[NAME];
});

describe('a number of the environment', () => {
  it.each([
    ['20', 20],
    ['0.5', 0.5],
  ])('is %s', (text, number) => {
    process.env[NAME] = text;

    expect(requiredNumber(NAME)).toBe(number);
  });

  it.each(['0', '-1', 'soon', 'Infinity'])('is not %s, and says so by name', (text) => {
    process.env[NAME] = text;

    expect(() => requiredNumber(NAME)).toThrow(`${NAME} must be a number above 0, not ${JSON.stringify(text)}`);
  });

  it('has to be there', () => {
    expect(() => requiredNumber(NAME)).toThrow(`${NAME} is not set`);
  });
});
