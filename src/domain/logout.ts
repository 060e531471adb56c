import type { BoundCaller, Done } from './operation';
import type { Tuned } from './ports';
import { type ReleasePorts, releaseConnection } from './release-connection';

/** Unbinds the caller's connection. The socket stays open, and somebody may log in on it again. */
export type LogoutPorts = ReleasePorts & Tuned;

export async function logout(ports: LogoutPorts, { connectionId, userId }: BoundCaller): Promise<Done> {
  await releaseConnection(ports, { connectionId, keepUnboundUntil: ports.clock.now() + ports.settings.loginGraceMs });
  return { userId, fields: {} };
}
