import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const ROOT = join(__dirname, '../..');

/** Synthesis alone takes ten seconds on a small machine that runs the other tests at the same time. */
export const START_MS_MAX = 90_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program as a person starts it, with what it has said so far. */
export class Child {
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;
  stdout = '';
  stderr = '';

  constructor(command: string, args: readonly string[]) {
    // A group of its own, so that a Ctrl-C can be sent as a terminal does: to all of its processes.
    this.process = spawn(command, [...args], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.process.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.#ended = once(this.process, 'close');
  }

  async ended(): Promise<Ended> {
    await this.#ended;
    return { code: this.process.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  write(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  /** A terminal's Ctrl-C. */
  interrupt(): void {
    if (this.process.pid !== undefined) process.kill(-this.process.pid, 'SIGINT');
  }

  /** Ends the whole group, whatever it does: for cleaning up after a test that failed. */
  kill(): void {
    try {
      if (this.process.pid !== undefined) process.kill(-this.process.pid, 'SIGKILL');
    } catch {
      // It has ended long since.
    }
  }
}

export function npm(...args: readonly string[]): Child {
  return new Child('npm', args);
}

/** Looks again and again until there is a value, and says what it was waiting for if none comes. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  do {
    const found = await look();
    if (found !== undefined) return found;
    await delay(25);
  } while (performance.now() < deadline);
  throw new Error(`after ${withinMs} ms, still no ${what}`);
}
