import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { codeOf } from './clear-error';

/** `ps` reads a handful of files; if it takes longer than this, we can do without its answer. */
const PS_MS_MAX = 2_000;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but belongs to somebody else.
    return codeOf(error) === 'EPERM';
  }
}

/**
 * A name for a running process that a later process with the same pid does not share: when it started, in which boot.
 * Undefined if there is no such process, or no way to tell.
 */
export async function identityOf(pid: number): Promise<string | undefined> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // Field 22 is the start time. The second field is the program's name, in parentheses, and may hold spaces.
    const fieldsAfterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}/${fieldsAfterName[19]}`;
  } catch {
    return ps(['-o', 'lstart=', '-p', String(pid)]);
  }
}

/** What `ps` prints, trimmed; undefined where there is no `ps`, or no such process. */
export function ps(args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // LC_ALL=C: dates are compared as text, so they must not change with the user's language.
    const env = { ...process.env, LC_ALL: 'C' };
    execFile('ps', [...args], { timeout: PS_MS_MAX, env }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== '' ? stdout.trim() : undefined);
    });
  });
}
