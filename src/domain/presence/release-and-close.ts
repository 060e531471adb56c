import type { BoundConnection } from '../ports/operation';
import type { Sockets } from '../ports/ports';
import { type Released, type ReleasePorts, releaseConnection } from './release-connection';

export interface ReleaseAndClosePorts extends ReleasePorts {
  readonly sockets: Pick<Sockets, 'close'>;
}

/**
 * Logs one device of a user out, and closes its socket if it was that user's. The release comes first: a socket that is
 * closed before could answer with a `$disconnect`, which is all the same.
 */
export async function releaseAndClose(
  ports: ReleaseAndClosePorts,
  { connectionId, userId }: BoundConnection,
): Promise<Released['state']> {
  const { state } = await releaseConnection(ports, { connectionId, of: userId });
  if (state === 'released') await ports.sockets.close(connectionId);
  return state;
}
