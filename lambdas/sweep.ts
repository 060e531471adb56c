import { requiredNumber } from '../src/adapters/lambda/environment';
import { log } from '../src/adapters/lambda/log';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { SWEEP_MARGIN_MS, SWEEP_SHIFT_MS } from '../src/protocol/limits';
import { tasks } from '../src/tasks';

const ports = { ...stores(), ...sockets() };
const periodMs = 1000 * requiredNumber('SWEEP_PERIOD_SECONDS');

interface Context {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Invoked each minute, whatever the event says. A long pass may overlap the next invocation's, which does no harm. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const now = ports.clock.now();
  const until = now + context.getRemainingTimeInMillis() - SWEEP_MARGIN_MS;
  const beginUntil = Math.min(now + SWEEP_SHIFT_MS, until);
  const counts = await tasks.sweep.operation(ports, { periodMs, beginUntil, until });
  log('INFO', { message: 'swept', requestId: context.awsRequestId, ...counts });
}
