import type { ConnectionId, UserId } from '../../protocol/ids';
import { Refusal } from '../../protocol/refusal';
import { chargeAccount, DEFAULT_RATES, tooFast } from '../frames/rates';
import type { Binding, Charge, Connections, Presence, Sockets, Tuned } from '../ports/ports';
import { settle } from '../steps/settle';
import { leaseFrom } from './lease';
import { type ReleasePorts, releaseConnection } from './release-connection';

export interface BindPorts extends ReleasePorts, Tuned {
  readonly connections: ReleasePorts['connections'] & Pick<Connections, 'listOf'>;
  readonly presence: ReleasePorts['presence'] & Pick<Presence, 'bind'>;
  readonly sockets: Pick<Sockets, 'close'>;
}

interface BindRequest {
  readonly connectionId: ConnectionId;
  readonly userId: UserId;
  readonly heartbeatSeconds?: number | undefined;
}

/**
 * Binds a connection to a user who has proved who they are, and charges them for the first commands on it: so whoever comes
 * again and again, each time for a fresh burst, runs into debt. One request, two where the user owes something; at the cap on
 * devices the oldest one yields. Refuses `already_logged_in` (bound to somebody else), `connection_gone` (its `$disconnect` has
 * been here), `too_fast`, `busy`.
 */
export async function bindConnection(
  ports: BindPorts,
  { connectionId, userId, heartbeatSeconds }: BindRequest,
): Promise<void> {
  const { user, prepaid } = ports.settings.rates ?? DEFAULT_RATES;
  await settle(ports, async () => {
    const binding = { connectionId, userId, devicesMax: ports.settings.devicesMax, prepaid };
    // A request may take seconds: each has a lease that begins when it is sent.
    const step = (charge: Charge) =>
      ports.presence.bind({ ...binding, ...leaseFrom(ports, heartbeatSeconds), charge } satisfies Binding);
    const outcome = await chargeAccount(ports.clock, user, { commands: prepaid, step });
    switch (outcome.state) {
      case 'bound':
        return outcome.state;
      case 'absent':
        // Never upsert: the row was deleted because the socket closed, or was believed to have closed (P6).
        throw new Refusal('connection_gone', { closesConnection: true });
      case 'taken':
        throw new Refusal('already_logged_in');
      case 'over':
        throw tooFast(outcome.waitMs);
      case 'full':
        await yieldOldest(ports, userId, outcome.connections);
        return 'conflict';
      case 'conflict':
        return outcome.state;
    }
  });
}

/** The index suggests who is oldest, the transaction's own set decides who is there at all. */
async function yieldOldest(ports: BindPorts, userId: UserId, bound: readonly ConnectionId[]): Promise<void> {
  const suggested = await ports.connections.listOf(userId);
  const oldest = suggested.map(({ connectionId }) => connectionId).find((id) => bound.includes(id)) ?? bound[0];
  if (oldest === undefined) return;
  await releaseConnection(ports, { connectionId: oldest });
  await ports.sockets.close(oldest);
}
