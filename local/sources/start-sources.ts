import { setMaxListeners } from 'node:events';
import type { AppDescription } from '../app/description';
import { Checkpoints } from './checkpoints';
import { SYSTEM_CLOCK } from './clock';
import type { StreamMapping } from './description';
import { failureMessage } from './failure-message';
import type { SourceContext } from './invoke';
import { Queue } from './queue';
import type { Queues } from './queue-api';
import { runQueue } from './queue-source';
import { runSchedule } from './schedules';
import { streamApi } from './stream-api';
import type { Discarded } from './stream-delivery';
import { StreamReader } from './stream-reader';
import { runStream } from './streams';

export interface SourcesOptions extends Pick<SourceContext, 'functionOf' | 'onEvent' | 'takeUnits'> {
  readonly app: AppDescription;
  /** The engine's own URL: its streams are read past the proxy. */
  readonly database: string;
  /** From `createQueues`, of the same app. */
  readonly queues: Queues;
  /** Where the mappings' places in their streams are kept; nowhere by default. */
  readonly checkpointsPath?: string;
  readonly clock?: SourceContext['clock'];
}

export interface RunningSources {
  /** Begins nothing any more, and resolves when what runs has ended. */
  close(): Promise<void>;
}

/** The app's queues, empty. They take messages before the sources start, and after they have stopped. */
export function createQueues(app: AppDescription, clock = SYSTEM_CLOCK): Queues {
  const queues: Queue[] = (app.sources?.queues ?? []).map(
    (description) => new Queue(description, clock, () => queueBy(queues, description.redrive?.arn)),
  );
  return queues;
}

function queueBy(queues: Queues, arn: string | undefined): Queue | undefined {
  return queues.find(({ description }) => description.arn === arn);
}

/** Starts every event source of the app. They run until they are closed. @throws if a stream cannot be opened. */
export async function startSources(options: SourcesOptions): Promise<RunningSources> {
  const { app, functionOf, onEvent, takeUnits, clock = SYSTEM_CLOCK } = options;
  const { region } = app;
  const readers = await openReaders(options);
  const stop = new AbortController();
  // Each source, lane and retry listens; Node takes more than ten listeners for a leak.
  setMaxListeners(0, stop.signal);
  const context: SourceContext = { functionOf, onEvent, takeUnits, clock, signal: stop.signal };
  const running = Promise.all([
    ...(app.sources?.schedules ?? []).map((schedule) => runSchedule(context, schedule, app)),
    ...readers.map(({ mapping, reader }) => {
      const onDiscard = (discarded: Discarded) =>
        tellDestination(options, discarded, { mapping, shardId: reader.shardId, now: clock.now() });
      return runStream(context, { mapping, reader, region, onDiscard });
    }),
    ...(app.sources?.queueMappings ?? []).flatMap((mapping) => {
      const queue = queueBy(options.queues, mapping.queueArn);
      return queue === undefined ? [] : [runQueue(context, { mapping, queue, region })];
    }),
  ]);
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

function openReaders({ app, database, checkpointsPath }: SourcesOptions) {
  const api = streamApi(database);
  const checkpoints = new Checkpoints(checkpointsPath);
  return Promise.all(
    (app.sources?.streams ?? []).map(async (mapping) => ({
      mapping,
      reader: await StreamReader.open({ api, mapping, checkpoints }),
    })),
  );
}

function tellDestination(
  { app, queues }: SourcesOptions,
  discarded: Discarded,
  about: { readonly mapping: StreamMapping; readonly shardId: string; readonly now: number },
): void {
  const { functionId, onFailureArn } = about.mapping;
  const name = app.functions.get(functionId)?.functionName;
  const functionArn = `arn:aws:lambda:${app.region}:${app.accountId}:function:${name}:$LATEST`;
  const body = JSON.stringify(failureMessage(discarded, { ...about, functionArn }));
  queueBy(queues, onFailureArn)?.send({ body, attributes: {} });
}
