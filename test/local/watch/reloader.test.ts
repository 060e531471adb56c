import { describe, expect, it } from '@jest/globals';
import type { AppDescription, LambdaDescription } from '../../../local/app/description';
import { Reloader } from '../../../local/watch/reloader';
import { appOf, lambdaOf } from './app';

const before = appOf([lambdaOf('Chat', '/out/asset.1'), lambdaOf('Sweep', '/out/asset.2')]);

/** A reloader whose synths end when the test says so. */
function start() {
  const synths: { resolve(app: AppDescription): void; reject(error: unknown): void; signal: AbortSignal }[] = [];
  const notices: string[] = [];
  const errors: unknown[] = [];
  const swapped: string[] = [];
  let time = 0;
  const reloader = new Reloader({
    app: before,
    readApp: (signal) => new Promise((resolve, reject) => synths.push({ resolve, reject, signal })),
    async swap(changed: readonly LambdaDescription[]) {
      swapped.push(...changed.map(({ logicalId }) => logicalId));
      return changed;
    },
    notice: (text) => notices.push(text),
    error: (error) => errors.push(error),
    now: () => (time += 1_900),
  });
  return { reloader, synths, notices, errors, swapped };
}

/** All that promises alone have to do. */
const settled = () => new Promise(setImmediate);

describe('a reload', () => {
  it('swaps the functions whose code changed, and names them by their routes', async () => {
    const { reloader, synths, notices, swapped } = start();

    reloader.changed();
    synths[0]?.resolve(appOf([lambdaOf('Chat', '/next/asset.3'), lambdaOf('Sweep', '/next/asset.4')]));
    await settled();

    expect(swapped).toEqual(['Chat', 'Sweep']);
    expect(notices).toEqual(['reloaded chat, Sweep (1.9 s)']);
  });

  it('leaves alone what has the same content, wherever it lies', async () => {
    const { reloader, synths, notices, swapped } = start();

    reloader.changed();
    synths[0]?.resolve(appOf([lambdaOf('Chat', '/next/asset.1'), lambdaOf('Sweep', '/next/asset.2')]));
    await settled();

    expect([swapped, notices]).toEqual([[], []]);
  });

  it('compares with what was swapped in last', async () => {
    const { reloader, synths, swapped } = start();
    const edited = appOf([lambdaOf('Chat', '/next/asset.3'), lambdaOf('Sweep', '/next/asset.2')]);

    reloader.changed();
    synths[0]?.resolve(edited);
    await settled();
    reloader.changed();
    synths[1]?.resolve(edited);
    await settled();
    reloader.changed();
    synths[2]?.resolve(before);
    await settled();

    expect(swapped).toEqual(['Chat', 'Chat']);
  });

  it.each([
    ['routes', { routes: new Map() }],
    ['tables', { tables: [{ logicalId: 'T', tableName: 'T', createTable: {} }] }],
    ['stage and region', { stage: 'prod', region: 'eu-west-1' }],
    ['the list of functions', { functions: new Map() }],
    [
      'role of Chat',
      {
        functions: new Map([
          ...before.functions,
          ['Chat', Object.assign(lambdaOf('Chat', '/out/asset.1'), { role: 1 })],
        ]),
      },
    ],
  ])('that would change %s asks for a restart, and swaps nothing', async (what, change) => {
    const { reloader, synths, notices, swapped } = start();
    const functions = appOf([lambdaOf('Chat', '/next/asset.3'), lambdaOf('Sweep', '/next/asset.2')]).functions;

    reloader.changed();
    synths[0]?.resolve({ ...before, functions, ...(change as Partial<AppDescription>) });
    await settled();

    expect(swapped).toEqual([]);
    expect(notices).toEqual([`restart needed: ${what} changed`]);
  });

  it('that fails shows why, and the next one is as good as any', async () => {
    const { reloader, synths, notices, errors } = start();

    reloader.changed();
    synths[0]?.reject(new Error('syntax'));
    await settled();
    reloader.changed();
    synths[1]?.resolve(appOf([lambdaOf('Chat', '/next/asset.3'), lambdaOf('Sweep', '/next/asset.2')]));
    await settled();

    expect(errors).toEqual([new Error('syntax')]);
    expect(notices).toEqual(['not reloaded: the code of before is still served', 'reloaded chat (1.9 s)']);
  });

  it('is done once more, and only once, for all changes that came during it', async () => {
    const { reloader, synths } = start();

    for (let change = 0; change < 4; change += 1) reloader.changed();
    await settled();
    const during = synths.length;
    synths[0]?.resolve(before);
    await settled();
    synths[1]?.resolve(before);
    await settled();

    expect([during, synths.length]).toEqual([1, 2]);
  });

  it('is cut off by the end, without a word', async () => {
    const { reloader, synths, notices, errors } = start();

    reloader.changed();
    const closing = reloader.close();
    const isAborted = synths[0]?.signal.aborted;
    synths[0]?.reject(new Error('cut off'));
    await closing;
    reloader.changed();

    expect(isAborted).toBe(true);
    expect([notices, errors, synths.length]).toEqual([[], [], 1]);
  });
});
