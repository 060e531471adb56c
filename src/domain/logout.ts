import { LOGIN_GRACE_MS } from '../protocol/limits';
import type { BoundCaller, Done } from './operation';
import { type ReleasePorts, releaseConnection } from './release-connection';

/** Unbinds the caller's connection. The socket stays open, and somebody may log in on it again. */
export async function logout(ports: ReleasePorts, { connectionId, userId }: BoundCaller): Promise<Done> {
  await releaseConnection(ports, { connectionId, keepUnboundUntil: ports.clock.now() + LOGIN_GRACE_MS });
  return { userId, fields: {} };
}
