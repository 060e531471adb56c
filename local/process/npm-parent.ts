import { isAlive, ps } from './process-identity';

/** npm starts a shell, which starts us: two steps. A wrapper or two (npx, a Volta shim) may stand in between. */
const ANCESTORS_MAX = 5;

/** A person who killed npm and types `npm start` again should find the port free: half a second is not noticed. */
const POLL_MS = 500;

export interface Ancestor {
  readonly parentPid: number;
  readonly command: string;
}

type ReadAncestor = (pid: number) => Promise<Ancestor | undefined>;

/**
 * `kill -9` of npm leaves its child running, with the port taken and nobody to stop it. So when npm started us, look
 * whether it is still there, and call `onGone` once when it is not. Does nothing where there is no npm, or no `ps`.
 *
 * @returns a function that stops looking.
 */
export async function watchNpm(onGone: () => void): Promise<() => void> {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return () => undefined;
  const npmPid = await findNpm(process.ppid, readAncestor);
  if (npmPid === undefined) return () => undefined;

  const timer = setInterval(() => {
    if (isAlive(npmPid)) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The nearest ancestor that is npm, from `pid` upwards. */
export async function findNpm(pid: number, read: ReadAncestor): Promise<number | undefined> {
  let candidate = pid;
  for (let step = 0; step < ANCESTORS_MAX && candidate > 1; step += 1) {
    const ancestor = await read(candidate);
    if (ancestor === undefined) return undefined;
    if (isNpm(ancestor.command)) return candidate;
    candidate = ancestor.parentPid;
  }
  return undefined;
}

/** npm names its process after the command (`npm start`); as a plain script it is `node …/npm-cli.js start`. */
function isNpm(command: string): boolean {
  const words = command.split(/\s+/);
  return /(^|\/)npm$/.test(words[0] ?? '') || /(^|\/)npm(-cli\.js)?$/.test(words[1] ?? '');
}

async function readAncestor(pid: number): Promise<Ancestor | undefined> {
  const line = await ps(['-o', 'ppid=,args=', '-p', String(pid)]);
  const match = /^(\d+)\s+(.*)$/s.exec(line ?? '');
  return match === null ? undefined : { parentPid: Number(match[1]), command: match[2] ?? '' };
}
