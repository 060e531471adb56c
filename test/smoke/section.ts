import type { Latencies } from './latencies';
import type { People } from './people';

/** What all sections share. */
export interface Stage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long a reply or an event may take: a cold start, on the way to a far region. */
  readonly patienceMs: number;
  /** The long waits are left out. */
  readonly isQuick: boolean;
  /** As the stack was deployed. */
  readonly sweepPeriodMs: number;
  readonly presenceWindowMs: number;
  readonly people: People;
  readonly latencies: Latencies;
}

export type Outcome = 'ok' | 'failed' | 'skipped';

export interface Result {
  readonly section: string;
  readonly check: string;
  readonly outcome: Outcome;
  readonly ms: number;
  /** What went wrong, why it was left out, or what was seen. */
  readonly detail?: string;
}

/** Thrown by a check that cannot be done here. */
export class Skip extends Error {}

/** A text is what was seen, where there is more to say than that it holds. */
type Run<State> = (state: State) => Promise<unknown>;

interface Check<State> {
  readonly name: string;
  readonly run: Run<State>;
}

export interface Section {
  readonly title: string;
  /** Its checks, one after the other; a failed one does not keep the next one from being tried. */
  run(stage: Stage, tell: (result: Result) => void): Promise<void>;
}

/** A check's name is a fact. */
export function check<State>(name: string, run: Run<State>): Check<State> {
  return { name, run };
}

/** One that takes longer than a person wants to wait. */
export function longCheck<State extends { readonly stage: Stage }>(name: string, run: Run<State>): Check<State> {
  return check(name, async (state) => {
    if (state.stage.isQuick) throw new Skip('it takes a minute: run without --quick');
    return run(state);
  });
}

/** One that is only named, so that a report says what it does not cover. */
export function uncheckable<State>(name: string, reason: string): Check<State> {
  return check(name, async () => {
    throw new Skip(reason);
  });
}

export function section<State>(
  title: string,
  prepare: (stage: Stage) => Promise<State>,
  checks: readonly Check<State>[],
): Section {
  return {
    title,
    async run(stage, tell) {
      let state: State | undefined;
      const { outcome } = await tried({ section: title, check: 'everybody is there' }, tell, async () => {
        state = await prepare(stage);
      });
      for (const { name, run } of checks) {
        await tried({ section: title, check: name }, tell, async () => {
          if (outcome === 'failed') throw new Skip('not everybody was there');
          return run(state as State);
        });
      }
    },
  };
}

async function tried(
  named: Pick<Result, 'section' | 'check'>,
  tell: (result: Result) => void,
  run: () => Promise<unknown>,
): Promise<Result> {
  const startedAt = performance.now();
  const ended = (outcome: Outcome, detail: unknown): Result => {
    const ms = Math.round(performance.now() - startedAt);
    return { ...named, outcome, ms, ...(typeof detail === 'string' && { detail }) };
  };
  const result = await run().then(
    (seen) => ended('ok', seen),
    (error: Error) => ended(error instanceof Skip ? 'skipped' : 'failed', error.message),
  );
  tell(result);
  return result;
}
