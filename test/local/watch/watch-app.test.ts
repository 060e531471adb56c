import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppDescription } from '../../../local/app/description';
import { LambdaFunction } from '../../../local/lambda/lambda-function';
import { ServedFunctions } from '../../../local/watch/served-functions';
import { SourceWatcher } from '../../../local/watch/source-watcher';
import { watchApp } from '../../../local/watch/watch-app';
import { appOf, lambdaOf } from './app';

let root: string;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'watch-'));
  await mkdir(join(root, 'lambdas'));
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(root, { recursive: true });
});

async function eventually(isSo: () => unknown): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${isSo}`);
    await delay(10);
  }
}

const source = (name: string) => join(root, 'lambdas', `${name}.js`);
const reply = (text: string) => `exports.handler = async () => '${text}';`;

/** What a synth does, as far as it matters here: each source becomes an asset that is named after its content. */
async function synthesised(folder: string): Promise<AppDescription> {
  await rm(folder, { recursive: true, force: true });
  const functions = ['Chat', 'Sweep'].map(async (name) => {
    const code = await readFile(source(name));
    const asset = join(folder, `asset.${createHash('sha256').update(code).digest('hex')}`);
    await mkdir(asset, { recursive: true });
    await cp(source(name), join(asset, 'index.js'));
    return lambdaOf(name, asset);
  });
  return appOf(await Promise.all(functions));
}

async function serve() {
  const told: string[] = [];
  const cloudAssembly = join(root, 'cdk.out');
  await writeFile(source('Chat'), reply('one'));
  await writeFile(source('Sweep'), reply('swept'));
  const app = await synthesised(cloudAssembly);
  const functions = new ServedFunctions({
    functions: app.functions.values(),
    create: (lambda) => new LambdaFunction(lambda),
  });
  closers.push(() => functions.close());
  const reports = { notice: (text: string) => told.push(text), error: (error: unknown) => told.push(String(error)) };
  closers.push(watchApp({ ...reports, root, app, functions, cloudAssembly, readApp: synthesised }));
  const answer = async (id: string) => Object(await functions.get(id).invoke({})).payload;
  return { told, functions, answer, cloudAssembly };
}

describe('an edited source', () => {
  it('is served by the next invocation; the others stay as warm as they were', async () => {
    const { told, functions, answer } = await serve();
    const first = await answer('Chat');
    await answer('Sweep');

    await writeFile(source('Chat'), reply('two'));
    await eventually(() => told.length > 0);

    expect([first, await answer('Chat')]).toEqual(['one', 'two']);
    expect((await functions.get('Sweep').invoke({})).coldStart).toBe(false);
    expect(told).toEqual([expect.stringMatching(/^reloaded chat \(\d+\.\d s\)$/)]);
  });

  it('does not disturb what runs and what waits', async () => {
    const { told, functions, answer } = await serve();
    const waits = "new Promise((resolve) => setTimeout(resolve, 300)).then(() => 'old')";
    await writeFile(source('Chat'), `exports.handler = () => ${waits};`);
    await eventually(() => told.length === 1);
    // More than there are environments: some have to wait for their turn.
    const running = Array.from({ length: 20 }, () => functions.get('Chat').invoke({}));

    await writeFile(source('Chat'), reply('new'));
    await eventually(() => told.length === 2);

    expect(await answer('Chat')).toBe('new');
    const answers = (await Promise.all(running)).map((invocation) => Object(invocation).payload);
    expect(new Set(answers)).toEqual(new Set(['old']));
  });

  it('that was taken back is served as before', async () => {
    const { told, answer } = await serve();

    await writeFile(source('Chat'), reply('two'));
    await eventually(() => told.length === 1);
    await writeFile(source('Chat'), reply('one'));
    await eventually(() => told.length === 2);

    expect(await answer('Chat')).toBe('one');
  });

  it('that does not synthesise leaves the old code in service', async () => {
    const { told, answer } = await serve();

    await rm(source('Chat'));
    await eventually(() => told.length >= 2);

    expect(told[0]).toMatch(/^Error: ENOENT/);
    expect(await answer('Chat')).toBe('one');
  });

  it('leaves only code that is served, or was', async () => {
    const { told, cloudAssembly } = await serve();

    await writeFile(source('Chat'), reply('two'));
    await eventually(() => told.length === 1);
    await closers.pop()?.();

    expect((await readdir(cloudAssembly)).length).toBe(3);
    expect(await readdir(root)).toEqual(['cdk.out', 'lambdas']);
  });
});

describe('the watcher', () => {
  /** Acts, without letting go of the thread, and waits until the watcher has noticed. */
  function watch(): { readonly changes: number; notices(act: () => unknown): Promise<void> } {
    let changes = 0;
    const watcher = new SourceWatcher({ root, quietMs: 20, onChange: () => (changes += 1) });
    closers.push(() => watcher.close());
    return {
      get changes() {
        return changes;
      },
      async notices(act) {
        const before = changes;
        act();
        await eventually(() => changes > before);
      },
    };
  }

  it('sees a file that is replaced by renaming, as editors do', async () => {
    writeFileSync(source('a'), 'one');
    const seen = watch();
    const replace = () => {
      writeFileSync(join(root, 'elsewhere'), 'two');
      renameSync(join(root, 'elsewhere'), source('a'));
    };

    await seen.notices(replace);
    await seen.notices(replace);
  });

  it('sees files in folders that came later, also where there was none', async () => {
    const seen = watch();

    await seen.notices(() => mkdirSync(join(root, 'src')));
    await seen.notices(() => mkdirSync(join(root, 'src/deep')));
    await seen.notices(() => writeFileSync(join(root, 'src/deep/file.ts'), ''));
  });

  it('sees a folder that was removed and made again', async () => {
    mkdirSync(join(root, 'src/deep'), { recursive: true });
    const seen = watch();

    await seen.notices(() => rmSync(join(root, 'src/deep'), { recursive: true }));
    await seen.notices(() => mkdirSync(join(root, 'src/deep')));
    await seen.notices(() => writeFileSync(join(root, 'src/deep/file.ts'), ''));
  });

  it('sees cdk.json, and neither packages, nor hidden files, nor anything beside the sources', async () => {
    mkdirSync(join(root, 'lambdas/node_modules'));
    const seen = watch();
    const others = ['lambdas/node_modules/a.js', 'lambdas/.a.js.swp', 'lambdas/a.js~', 'README.md'];

    for (const name of others) writeFileSync(join(root, name), '');
    // Longer than a watcher waits; its own timer was set before this one, if it was.
    await delay(60);
    const unmoved = seen.changes;
    await seen.notices(() => writeFileSync(join(root, 'cdk.json'), '{}'));

    expect(unmoved).toBe(0);
  });

  it('calls once for a burst of changes', async () => {
    const seen = watch();

    await seen.notices(() => {
      for (let index = 0; index < 50; index += 1) writeFileSync(source(`file-${index}`), '');
    });

    expect(seen.changes).toBe(1);
  });
});
