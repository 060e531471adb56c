import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEngine } from '../../../local/dynamodb/engine';
import { findEngineCommand } from '../../../local/dynamodb/engine-command';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function until(condition: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    if (await condition()) return true;
    await delay(20);
  }
  return false;
}

async function script(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('startEngine', () => {
  it('listens once it has resolved, and no longer once it is closed', async () => {
    const engine = await startEngine({});

    const before = await answers(engine.url);
    await engine.close();
    const after = await answers(engine.url);

    expect([before, after]).toEqual([true, false]);
  });

  it('keeps its data in the file that it is given', async () => {
    const databaseFile = join(folder, 'database.sqlite');
    const engine = await startEngine({ databaseFile });

    await engine.close();

    expect((await stat(databaseFile)).size).toBeGreaterThan(0);
  });

  it('runs several at once, each on a port of its own', async () => {
    const engines = await Promise.all([startEngine({}), startEngine({}), startEngine({})]);

    const urls = new Set(engines.map(({ url }) => url));
    await Promise.all(engines.map((engine) => engine.close()));

    expect(urls.size).toBe(3);
  });

  it('ends with the process that started it, even one that is killed', async () => {
    const program = `
      require('./local/dynamodb/engine').startEngine({}).then(({ url }) => console.log(url));
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--import', 'tsx', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (chunk) => resolve(String(chunk).trim())),
    );
    const before = await answers(url);

    parent.kill('SIGKILL');

    expect(before).toBe(true);
    expect(await until(async () => !(await answers(url)))).toBe(true);
  });

  it('tells when it ends by itself, with its last words', async () => {
    const command = await script('dying', 'echo "listening on http://$3:$5"; echo "disk full" >&2; sleep 0.2');

    const engine = await startEngine({ command: { command, args: [], startMsMax: 10_000 } });

    expect(await engine.ended).toContain('disk full');
    await engine.close();
  });

  it('tries another port when somebody was faster, but not for ever', async () => {
    const command = await script('unlucky', `echo x >> "${folder}/attempts"; echo "port $5 is already in use"; exit 1`);

    const started = startEngine({ command: { command, args: [], startMsMax: 10_000 } });

    await expect(started).rejects.toThrow('already in use');
    expect((await stat(join(folder, 'attempts'))).size).toBe(3 * 'x\n'.length);
  });

  it('gives up on an engine that stays silent, and ends it', async () => {
    const command = await script('silent', `echo $$ > "${folder}/pid"; exec sleep 60`);

    const started = startEngine({ command: { command, args: [], startMsMax: 300 } });

    await expect(started).rejects.toThrow('it was silent for 300 ms');
  });

  it('says what to install where there is none', async () => {
    await expect(startEngine({ command: undefined })).rejects.toThrow(
      /^no embedded database found: run `npm ci` again .* or pass --database/,
    );
  });
});

describe('findEngineCommand', () => {
  const nowhere = () => undefined;

  it('prefers the installed package to the PATH, and both to npx', async () => {
    const dynoxide = await script('dynoxide', '');
    const npx = await script('npx', '');

    const installed = findEngineCommand({ folderOf: () => folder, path: '' });
    const onPath = findEngineCommand({ folderOf: nowhere, path: `/nowhere:${folder}` });
    await rm(dynoxide);
    const byNpx = findEngineCommand({ folderOf: nowhere, path: folder });

    expect(installed).toMatchObject({ command: dynoxide, args: [] });
    expect(onPath).toMatchObject({ command: dynoxide, args: [] });
    expect(byNpx).toMatchObject({ command: npx, args: ['--yes', 'dynoxide'] });
  });

  it('finds nothing where there is nothing', () => {
    expect(findEngineCommand({ folderOf: nowhere, path: '' })).toBeUndefined();
  });
});
