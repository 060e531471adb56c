import { expect, it } from '@jest/globals';
import { reportedFailures } from '../../../local/sources/batch-failures';

const IDS = new Set(['a', 'b', 'c']);

it.each<[string, unknown, 'all' | readonly string[]]>([
  ['nothing at all', undefined, []],
  ['null', null, []],
  ['an empty text', '', []],
  ['no list', {}, []],
  ['null for a list', { batchItemFailures: null }, []],
  ['an empty list', { batchItemFailures: [] }, []],
  ['some of the batch', { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }] }, ['a', 'c']],
  ['an id of no record', { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'x' }] }, 'all'],
  ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, 'all'],
  ['an entry without an id', { batchItemFailures: [{}] }, 'all'],
  ['an entry that is null', { batchItemFailures: [null] }, 'all'],
  ['an id that is no text', { batchItemFailures: [{ itemIdentifier: 1 }] }, 'all'],
  ['something else than a list', { batchItemFailures: 'a' }, 'all'],
  ['a text', 'done', 'all'],
])('%s means these failures: %j → %j', (_, payload, failures) => {
  expect(reportedFailures(payload, IDS)).toEqual(failures === 'all' ? 'all' : new Set(failures));
});
