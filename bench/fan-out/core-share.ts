import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** With so much memory a function has one whole core, and with less its part (Lambda Developer Guide, "Configure Lambda function memory"). */
export const WHOLE_CORE_MB = 1_769;

/** How often Linux counts anew what a group has had. AWS does not say what it counts by; this is short beside a burst. */
const PERIOD_US = 20_000;

const CGROUPS = '/sys/fs/cgroup';

/** Processes that together have a part of one core. */
export interface CoreShare {
  add(pid: number): void;
  /** When they have ended. */
  remove(): void;
}

/** Undefined where control groups cannot be written, as without root or within most containers. */
export function coreShare(memoryMb: number): CoreShare | undefined {
  const quota = String(Math.round((PERIOD_US * memoryMb) / WHOLE_CORE_MB));
  const isOld = existsSync(join(CGROUPS, 'cpu', 'cpu.cfs_quota_us'));
  const folder = join(CGROUPS, isOld ? 'cpu' : '', `rollcall-bench-${process.pid}-${memoryMb}`);
  try {
    mkdirSync(folder, { recursive: true });
    if (isOld) writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
    if (isOld) writeFileSync(join(folder, 'cpu.cfs_quota_us'), quota);
    else writeFileSync(join(folder, 'cpu.max'), `${quota} ${PERIOD_US}`);
  } catch {
    return undefined;
  }
  return {
    add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
    remove: () => rmdirSync(folder),
  };
}
