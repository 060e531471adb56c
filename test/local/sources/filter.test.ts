import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileFilters } from '../../../local/sources/filter';

const RECORD = {
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { pk: { S: 'CONV#1' } },
    NewImage: { state: { S: 'online' }, n: { N: '5' }, tags: { SS: ['a', 'b'] }, gone: { NULL: true } },
  },
  amount: 5,
  nothing: null,
  empty: '',
};

function matches(pattern: unknown): boolean {
  return compileFilters([pattern])(RECORD);
}

const image = (rule: unknown) => ({ dynamodb: { NewImage: { state: { S: [rule] } } } });

describe('a pattern', () => {
  it.each<[string, unknown, boolean]>([
    ['equal', { eventName: ['INSERT', 'MODIFY'] }, true],
    ['not equal', { eventName: ['INSERT'] }, false],
    ['equal, deep', { dynamodb: { Keys: { pk: { S: ['CONV#1'] } } } }, true],
    ['all fields', { eventName: ['MODIFY'], amount: [6] }, false],
    ['null', { nothing: [null] }, true],
    ['null is not absent', { absent: [null] }, false],
    ['empty', { empty: [''] }, true],
    ['a boolean', { dynamodb: { NewImage: { gone: { NULL: [true] } } } }, true],
    ['a number is not its text', { amount: ['5'] }, false],
    ['prefix', { dynamodb: { Keys: { pk: { S: [{ prefix: 'CONV#' }] } } } }, true],
    ['prefix of another', { dynamodb: { Keys: { pk: { S: [{ prefix: 'USER#' }] } } } }, false],
    ['suffix', image({ suffix: 'line' }), true],
    ['suffix of another', image({ suffix: 'on' }), false],
    ['any case', image({ 'equals-ignore-case': 'ONLINE' }), true],
    ['anything but', image({ 'anything-but': ['offline'] }), true],
    ['anything but it', image({ 'anything-but': ['offline', 'online'] }), false],
    ['anything but a prefix', image({ 'anything-but': { prefix: 'on' } }), false],
    ['anything but, absent', { absent: [{ 'anything-but': ['x'] }] }, false],
    ['exists', image({ exists: true }), true],
    ['exists not', image({ exists: false }), false],
    ['absent', { dynamodb: { OldImage: { state: { S: [{ exists: false }] } } } }, true],
    ['an object is no leaf', { dynamodb: { NewImage: [{ exists: true }] } }, false],
    ['numeric', { amount: [{ numeric: ['>', 0, '<=', 5] }] }, true],
    ['numeric beyond', { amount: [{ numeric: ['>', 0, '<', 5] }] }, false],
    ['numeric equal', { amount: [{ numeric: ['=', 5] }] }, true],
    ['numeric from its value on', { amount: [{ numeric: ['>=', 5] }] }, true],
    ['numeric above its value', { amount: [{ numeric: ['>', 5] }] }, false],
    ['numeric below DynamoDB’s text', { dynamodb: { NewImage: { n: { N: [{ numeric: ['<', 6] }] } } } }, false],
    ['numeric on DynamoDB’s text', { dynamodb: { NewImage: { n: { N: [{ numeric: ['=', 5] }] } } } }, false],
    ['an element of a list', { dynamodb: { NewImage: { tags: { SS: ['b'] } } } }, true],
    ['no element of a list', { dynamodb: { NewImage: { tags: { SS: ['c'] } } } }, false],
    ['or', { $or: [{ amount: [6] }, { eventName: ['MODIFY'] }] }, true],
    ['or, neither', { $or: [{ amount: [6] }, { eventName: ['x'] }] }, false],
    ['inherited names', { constructor: [{ exists: true }] }, false],
  ])('%s: %j is %s', (_, pattern, expected) => {
    expect(matches(pattern)).toBe(expected);
  });

  it.each([
    [{ a: [{ wildcard: 'x*' }] }],
    [{ a: [] }],
    [{ a: 'x' }],
    [{ a: [['x']] }],
    [{ a: [{ numeric: ['>'] }] }],
    [{ a: [{ numeric: ['~', 5] }] }],
    [{ a: [{ exists: 'yes' }] }],
    [{ a: [{ toString: 'x' }] }],
    [['x']],
  ])('is refused as %j', (pattern) => {
    expect(() => compileFilters([pattern])).toThrow();
  });
});

describe('filters', () => {
  it('let everything through when there are none', () => {
    expect(compileFilters([])({})).toBe(true);
  });

  it('let through what any of them lets through', () => {
    const filters = compileFilters([{ eventName: ['INSERT'] }, { eventName: ['MODIFY'] }]);

    expect(filters({ eventName: 'MODIFY' })).toBe(true);
    expect(filters({ eventName: 'REMOVE' })).toBe(false);
  });

  it('match a value exactly if it is in the list, at any depth', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    // A field called $or would be the operator.
    const name = fc.string().filter((text) => text !== '$or' && text !== '__proto__');
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        leaf,
        fc.array(leaf, { minLength: 1 }),
        (path, value, list) => {
          const nest = (inner: unknown) => path.reduceRight((nested, name) => ({ [name]: nested }), inner);

          expect(compileFilters([nest(list)])(nest(value))).toBe(list.includes(value));
          expect(compileFilters([nest([{ 'anything-but': list }])])(nest(value))).toBe(!list.includes(value));
        },
      ),
    );
  });

  it('answer for any event whatsoever', () => {
    const filters = compileFilters([{ a: { b: [{ prefix: 'x' }, { exists: false }] }, c: [{ numeric: ['<', 1] }] }]);

    fc.assert(fc.property(fc.anything(), (event) => typeof filters(event) === 'boolean'));
  });
});
