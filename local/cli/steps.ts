import { plain, type Style } from './style';

/** Runs pieces of the start, and tells of each as it ends, with its time. */
export interface Steps {
  run<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface StepEnded {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number;
}

/** `onChange` hears what is under way whenever that changes; `now` is in milliseconds. */
export function createSteps(options: {
  readonly onEnded: (step: StepEnded) => void;
  readonly onChange?: (underWay: readonly string[]) => void;
  readonly now: () => number;
}): Steps {
  const underWay = new Set<string>();
  const changed = () => options.onChange?.([...underWay]);
  return {
    async run(name, work) {
      const startedAt = options.now();
      const end = (ok: boolean) => {
        underWay.delete(name);
        options.onEnded({ name, ok, durationMs: options.now() - startedAt });
        changed();
      };
      underWay.add(name);
      changed();
      try {
        const result = await work();
        end(true);
        return result;
      } catch (error) {
        end(false);
        throw error;
      }
    },
  };
}

export function stepLine(step: StepEnded, style: Style = plain): string {
  const sign = step.ok ? style('green', '✓') : style('red', '✗');
  return `${sign} ${step.name}  ${style('dim', shortTime(step.durationMs))}`;
}

function shortTime(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
