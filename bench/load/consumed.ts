import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What the processes of `npm start` have taken. */
export interface Consumed {
  /** Resident memory at this moment, in bytes. */
  readonly memory: number;
  /** CPU until now, in seconds; undefined where the kernel does not tell it by threads. */
  readonly cpu: CpuSeconds | undefined;
}

export interface CpuSeconds {
  /** The thread of the gateway, the sources of events and the proxy that checks permissions. */
  readonly gateway: number;
  /** All other threads of that process: the Lambdas' environments, their hashes, and V8's collectors and compilers. */
  readonly lambdas: number;
  readonly database: number;
}

/** A hundredth of a second, wherever Linux runs Node (`man 5 proc`, USER_HZ). */
const TICKS_PER_SECOND = 100;

interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly bytes: number;
  readonly command: string;
}

/** @param root the process of npm */
export function consumedBy(root: number): Consumed {
  const family = familyOf(root);
  const memory = family.reduce((sum, { bytes }) => sum + bytes, 0);
  return { memory, cpu: process.platform === 'linux' ? cpuOf(family) : undefined };
}

/** A process, and all that it has started. */
function familyOf(root: number): readonly Process[] {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' }).trim().split('\n');
  const all = lines.map((line): Process => {
    const [pid = '', ppid = '', kilobytes = '', ...words] = line.trim().split(/\s+/);
    return { pid: Number(pid), ppid: Number(ppid), bytes: Number(kilobytes) * 1024, command: words.join(' ') };
  });
  const known = new Set([root]);
  // Parents mostly come before their children; a second look finds those whose parent has got a higher number.
  for (const _ of [1, 2]) for (const { pid, ppid } of all) if (known.has(ppid)) known.add(pid);
  return all.filter(({ pid }) => known.has(pid));
}

function cpuOf(family: readonly Process[]): CpuSeconds | undefined {
  const server = family.find(({ command }) => /^\S*node .*local\/start\.ts/.test(command));
  const engine = family.find(({ command }) => /^\S*dynoxide serve/.test(command));
  if (!server || !engine) return undefined;
  const gateway = secondsIn(`/proc/${server.pid}/task/${server.pid}/stat`);
  return {
    gateway,
    lambdas: secondsIn(`/proc/${server.pid}/stat`) - gateway,
    database: secondsIn(`/proc/${engine.pid}/stat`),
  };
}

/** User and system time; the name before it may have spaces, and ends with a parenthesis. */
function secondsIn(file: string): number {
  const stat = readFileSync(file, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
