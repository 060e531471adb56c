import { randomUUID } from 'node:crypto';
import type { Location } from '../app/description';
import { invokeAsync } from './async-invoke';
import { WAIT_MS_MAX } from './clock';
import type { ScheduleDescription } from './description';
import type { SourceContext } from './invoke';
import { LAST_RUN_MS } from './limits';
import { parseSchedule } from './schedule-expression';

/**
 * Fires a schedule until the sources stop, and then waits for what it began, though not for long. A run that takes longer than the schedule's
 * period overlaps the next one, as on AWS.
 */
export async function runSchedule(
  context: SourceContext,
  schedule: ScheduleDescription,
  where: Location,
): Promise<void> {
  const { clock, signal } = context;
  const running = new Set<Promise<void>>();
  let last = clock.now();
  const next = parseSchedule(schedule.expression, last);
  for (let at = next?.(last); at !== undefined; at = next?.(last)) {
    await waitUntil(context, at);
    if (signal.aborted) break;
    for (const run of fire(context, schedule, { at, where })) {
      const ended = run.then(() => void running.delete(ended));
      running.add(ended);
    }
    // A laptop that slept does not make up for what it missed; EventBridge never sleeps.
    last = Math.max(at, clock.now());
  }
  const patience = new AbortController();
  await Promise.race([Promise.all(running), clock.wait(LAST_RUN_MS, patience.signal)]);
  patience.abort();
}

async function waitUntil({ clock, signal }: SourceContext, at: number): Promise<void> {
  while (!signal.aborted && clock.now() < at) await clock.wait(Math.min(at - clock.now(), WAIT_MS_MAX), signal);
}

function fire(
  context: SourceContext,
  schedule: ScheduleDescription,
  { at, where }: { readonly at: number; readonly where: Location },
): readonly Promise<void>[] {
  const title = `schedule ${schedule.logicalId}`;
  const scheduled = scheduledEvent(schedule, at, where);
  return schedule.targets.map(({ functionId, input }) =>
    invokeAsync(context, { title, functionId, event: input === undefined ? scheduled : input.value }),
  );
}

/** EventBridge guide, "Scheduled event"; the Scheduler's `detail` is a string of JSON. */
function scheduledEvent({ source, arn }: ScheduleDescription, at: number, where: Location): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source,
    account: where.accountId,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: where.region,
    resources: [arn],
    detail: source === 'aws.events' ? {} : '{}',
  };
}
