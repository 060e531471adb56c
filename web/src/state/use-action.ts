import { useState } from 'preact/hooks';
import { ChatError } from '../../../client';
import { t } from './preferences';

interface Action<Args extends readonly unknown[]> {
  readonly run: (...args: Args) => void;
  readonly isPending: boolean;
  /** What went wrong the last time, in words. */
  readonly problem: string | undefined;
}

/** What a person asks the server for: one at a time, with what came of it. */
export function useAction<Args extends readonly unknown[]>(ask: (...args: Args) => Promise<unknown>): Action<Args> {
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = (...args: Args) => {
    if (isPending) return;
    setPending(true);
    setProblem(undefined);
    ask(...args).then(
      () => setPending(false),
      (error: unknown) => {
        setPending(false);
        setProblem(error instanceof ChatError ? error : { code: 'unknown' });
      },
    );
  };
  return { run, isPending, problem: problem && problemOf(problem.code, problem.retryAfter) };
}

interface Problem {
  readonly code: string;
  readonly retryAfter?: number | undefined;
}

/** A code in words; where the server said so, with the seconds to wait. */
export function problemOf(code: string, retryAfter?: number): string {
  if (code === 'too_many_attempts' && retryAfter !== undefined) return t.value.tooManyAttempts(retryAfter);
  const codes: Readonly<Record<string, string>> = t.value.codes;
  return codes[code] ?? t.value.codes.unknown;
}
