import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../../local/process/folder-lock';
import { identityOf } from '../../../local/process/process-identity';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function writeHolder(holder: object): Promise<void> {
  return writeFile(join(folder, 'lock.json'), JSON.stringify(holder));
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) if (Date.now() > deadline) throw new Error('It never came true.');
}

describe('lockFolder', () => {
  it('names the process and the port that have the folder', async () => {
    const lock = await lockFolder(folder, 3001);

    await expect(lockFolder(folder, 3002)).rejects.toThrow(
      `${folder} is in use by process ${process.pid} (port 3001): stop it, or pass --database with another folder`,
    );
    await lock.release();
  });

  it('leaves nothing behind once it is released', async () => {
    const lock = await lockFolder(folder, 3001);

    await lock.release();

    expect(await readdir(folder)).toEqual([]);
  });

  it('takes the folder over from a process that is gone', async () => {
    await writeHolder({ pid: await deadPid(), port: 1 });

    const lock = await lockFolder(folder, 3001);

    expect(JSON.parse(await readFile(join(folder, 'lock.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
      port: 3001,
    });
    await lock.release();
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux(
    'takes the folder over from a process that was killed and whose parent has not noticed (Linux: a zombie)',
    async () => {
      // The child ends when its shell has become a `sleep`, which never waits for it.
      const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(String(line));
      await eventually(async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z '));
      await writeHolder({ pid, port: 1, identity: await identityOf(pid) });

      const lock = await lockFolder(folder, 3001);

      await lock.release();
      parent.kill('SIGKILL');
    },
  );

  it('takes the folder over when the pid belongs to a later process', async () => {
    await writeHolder({ pid: process.ppid, port: 1, identity: 'another boot/1' });

    const lock = await lockFolder(folder, 3001);

    await lock.release();
  });

  it('leaves the folder to a live process that has started when the lock says', async () => {
    await writeHolder({ pid: process.ppid, port: 1, identity: await identityOf(process.ppid) });

    await expect(lockFolder(folder, 3001)).rejects.toThrow(`in use by process ${process.ppid}`);
  });

  it('takes over a lock that is not readable', async () => {
    await writeFile(join(folder, 'lock.json'), '{"pid":');

    const lock = await lockFolder(folder, 3001);

    await lock.release();
  });

  it('lets one of many that come at once have it, and one only', async () => {
    await writeHolder({ pid: await deadPid(), port: 1 });

    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder, 3001)));

    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
  });
});
