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
  const [code, setCode] = useState<string>();
  const run = (...args: Args) => {
    if (isPending) return;
    setPending(true);
    setCode(undefined);
    ask(...args).then(
      () => setPending(false),
      (error: unknown) => {
        setPending(false);
        setCode(error instanceof ChatError ? error.code : 'unknown');
      },
    );
  };
  return { run, isPending, problem: code === undefined ? undefined : problemOf(code) };
}

/** A code in words. */
export function problemOf(code: string): string {
  const codes: Readonly<Record<string, string>> = t.value.codes;
  return codes[code] ?? t.value.codes.unknown;
}
