import { REQUESTS_PARALLEL_MAX } from '../../protocol/limits';
import type { BoundCaller } from '../ports/operation';
import type { Presence } from '../ports/ports';
import { type ReleaseAndClosePorts, releaseAndClose } from '../presence/release-and-close';
import { inParallel } from '../steps/in-parallel';

export interface ReleaseOthersPorts extends ReleaseAndClosePorts {
  readonly presence: ReleaseAndClosePorts['presence'] & Pick<Presence, 'connectionsOf'>;
}

/**
 * Releases and closes the caller's other connections: all that are there when the set is read. Whoever calls it has ended what
 * they logged in by before: a device that logs in later has proved again who it is (`login`).
 */
export async function releaseOthers(ports: ReleaseOthersPorts, { connectionId, userId }: BoundCaller): Promise<void> {
  const bound = (await ports.presence.connectionsOf(userId)) ?? [];
  const others = bound.filter((id) => id !== connectionId);
  await inParallel(others, REQUESTS_PARALLEL_MAX, async (other) => {
    await releaseAndClose(ports, { connectionId: other, userId });
  });
}
