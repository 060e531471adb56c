import { expect, it } from '@jest/globals';
import { together } from '../../src/domain/steps/together';

it('together › resolves with what each came to, in their order', async () => {
  expect(await together(Promise.resolve(1), undefined, Promise.resolve('two'))).toEqual([1, undefined, 'two']);
});

it('together › rejects with the first failure, and only when the others have ended', async () => {
  const ended: string[] = [];
  let end = () => {};
  const slow = new Promise<void>((resolve) => {
    end = resolve;
  }).then(() => void ended.push('slow'));

  const both = together(Promise.reject(new Error('failed')), slow).catch(({ message }) => ended.push(message));
  await new Promise(setImmediate);
  const before = [...ended];
  end();
  await both;

  expect([before, ended]).toEqual([[], ['slow', 'failed']]);
});
