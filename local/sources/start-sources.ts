import { setMaxListeners } from 'node:events';
import type { AppDescription } from '../app/description';
import { Checkpoints } from './checkpoints';
import { SYSTEM_CLOCK } from './clock';
import type { StreamMapping } from './description';
import type { SourceContext } from './invoke';
import { runSchedule } from './schedules';
import { streamApi } from './stream-api';
import { StreamReader } from './stream-reader';
import { runStream } from './streams';

export interface SourcesOptions extends Pick<SourceContext, 'functionOf' | 'onEvent' | 'takeUnits'> {
  readonly app: AppDescription;
  /** The engine's own URL: its streams are read past the proxy. */
  readonly database: string;
  /** Where the mappings' places in their streams are kept; nowhere by default. */
  readonly checkpointsPath?: string;
  readonly clock?: SourceContext['clock'];
}

export interface RunningSources {
  /** Begins nothing any more, and resolves when what runs has ended. */
  close(): Promise<void>;
}

/** Starts every event source of the app. They run until they are closed. @throws if a stream cannot be opened. */
export async function startSources(options: SourcesOptions): Promise<RunningSources> {
  const { app, functionOf, onEvent, takeUnits, clock = SYSTEM_CLOCK } = options;
  const { schedules = [], streams = [] } = app.sources ?? {};
  const readers = await openReaders(options, streams);
  const stop = new AbortController();
  // Each source, lane and retry listens; Node takes more than ten listeners for a leak.
  setMaxListeners(0, stop.signal);
  const context: SourceContext = { functionOf, onEvent, takeUnits, clock, signal: stop.signal };
  const running = Promise.all([
    ...schedules.map((schedule) => runSchedule(context, schedule, app)),
    ...readers.map(({ mapping, reader }) =>
      runStream(context, { mapping, reader, region: app.region, onDiscard: () => undefined }),
    ),
  ]);
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

function openReaders({ database, checkpointsPath }: SourcesOptions, streams: readonly StreamMapping[]) {
  const api = streamApi(database);
  const checkpoints = new Checkpoints(checkpointsPath);
  return Promise.all(
    streams.map(async (mapping) => ({ mapping, reader: await StreamReader.open({ api, mapping, checkpoints }) })),
  );
}
