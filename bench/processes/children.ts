import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';

/** Whatever a child is asked is done long before: 10,000 connections opened, or 1,000 serial posts. */
const SILENCE_MS_MAX = 120_000;

/** A process of a bench, which answers each message with one. */
export interface Child {
  readonly process: ChildProcess;
  ask(order: unknown): Promise<unknown>;
  end(): Promise<void>;
}

export function startChild(file: string, args: readonly string[], options: ForkOptions): Child {
  const child = fork(file, [...args], options);
  return {
    process: child,
    ask(order) {
      const answer = answerOf(child);
      child.send(Object(order));
      return answer;
    },
    async end() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** What it says next. @throws if it ends, or says nothing. */
export async function answerOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(SILENCE_MS_MAX)]);
  const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('a process of the bench ended')));
  try {
    return await Promise.race([once(child, 'message', { signal }).then(([message]) => message), ended]);
  } finally {
    over.abort();
    ended.catch(() => undefined);
  }
}
