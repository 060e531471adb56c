import { invokeFor, isThrottled, type SourceContext } from './invoke';
import { ASYNC_RETRIES_MS, THROTTLE_RETRY_MS, THROTTLED_MS_MAX } from './limits';

/**
 * Lambda's asynchronous invocation: an event whose function fails is tried twice more, and a throttled one again and
 * again for six hours. Both end when the sources stop. Never rejects.
 */
export async function invokeAsync(
  context: SourceContext,
  call: { readonly title: string; readonly functionId: string; readonly event: unknown },
): Promise<void> {
  const { clock, signal } = context;
  const expiresAt = clock.now() + THROTTLED_MS_MAX;
  let failures = 0;
  let throttleMs: number = THROTTLE_RETRY_MS.first;
  while (!signal.aborted && clock.now() < expiresAt) {
    const invocation = await invokeFor(context, call);
    if (invocation.outcome === 'returned') return;
    if (isThrottled(invocation)) {
      await clock.wait(throttleMs, signal);
      throttleMs = Math.min(2 * throttleMs, THROTTLE_RETRY_MS.max);
      continue;
    }
    const delayMs = ASYNC_RETRIES_MS[failures];
    if (delayMs === undefined) return;
    failures += 1;
    await clock.wait(delayMs, signal);
  }
}
