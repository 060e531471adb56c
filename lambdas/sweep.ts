import { connections, presence } from '../src/adapters/dynamodb/stores';
import { requiredNumber } from '../src/adapters/lambda/environment';
import type { LambdaContext } from '../src/adapters/lambda/event';
import { runInvocation } from '../src/adapters/lambda/invocation';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { SWEEP_MARGIN_MS, SWEEP_SHIFT_MS } from '../src/protocol/limits';
import * as tasks from '../src/tasks';

const ports = { ...stores({ connections, presence }), ...sockets() };
const periodMs = 1000 * requiredNumber('SWEEP_PERIOD_SECONDS');

/** Invoked each minute, whatever the event says. A long pass may overlap the next invocation's, which does no harm. */
export function handler(_event: unknown, context: LambdaContext): Promise<void> {
  return runInvocation({ ids: { route: 'sweep', requestId: context.awsRequestId } }, async () => {
    const now = ports.clock.now();
    const until = now + context.getRemainingTimeInMillis() - SWEEP_MARGIN_MS;
    const beginUntil = Math.min(now + SWEEP_SHIFT_MS, until);
    const counts = await tasks.sweep.operation(ports, { periodMs, beginUntil, until });
    return { message: 'swept', ...counts, result: undefined };
  });
}
