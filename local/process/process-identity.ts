import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { codeOf } from './clear-error';

/** `ps` reads a handful of files; if it takes longer than this, we can do without its answer. */
const PS_MS_MAX = 2_000;

/** proc_pid_stat(5): the 22nd field, counted from 1. */
const START_TIME = 22;

/** Whether there is such a process, and it can still do something. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, but belongs to somebody else.
    if (codeOf(error) !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** A process that was killed keeps its pid until its parent notices, which may be late if that was killed as well. */
function isZombie(pid: number): boolean {
  try {
    return fieldsAfterName(readFileSync(`/proc/${pid}/stat`, 'utf8'))[0] === 'Z';
  } catch {
    return false; // No /proc: not Linux.
  }
}

/** The fields of /proc/PID/stat from the third, the state, on. The second is the program's name, in parentheses, and may hold spaces. */
function fieldsAfterName(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
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
    return `${boot.trim()}/${fieldsAfterName(stat)[START_TIME - 3]}`;
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
