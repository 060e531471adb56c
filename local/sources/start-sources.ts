import type { AppDescription } from '../app/description';
import { SYSTEM_CLOCK } from './clock';
import type { SourceContext } from './invoke';
import { runSchedule } from './schedules';

export interface SourcesOptions extends Pick<SourceContext, 'functionOf' | 'onEvent' | 'takeUnits'> {
  readonly app: AppDescription;
  readonly clock?: SourceContext['clock'];
}

export interface RunningSources {
  /** Begins nothing any more, and resolves when what runs has ended. */
  close(): Promise<void>;
}

/** Starts every event source of the app. They run until they are closed. */
export function startSources({ app, clock = SYSTEM_CLOCK, ...rest }: SourcesOptions): RunningSources {
  const stop = new AbortController();
  const context: SourceContext = { ...rest, clock, signal: stop.signal };
  const schedules = app.sources?.schedules ?? [];
  const running = Promise.all(schedules.map((schedule) => runSchedule(context, schedule, app)));
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
