import type { FunctionName } from '../../lib/function-name';
import { announcePresence } from '../../src/domain/presence/announce-presence';
import { releaseConnection } from '../../src/domain/presence/release-connection';
import type { UserId } from '../../src/protocol/ids';
import { pairOf } from './population';
import { flipOf, PASSWORD, type Stage } from './stage';

/** Does it, as one run of this function, and may look at what it takes. */
type Around = <T>(operation: string, name: FunctionName, perform: () => Promise<T>) => Promise<T>;

/**
 * One of a pair of the population's goes and comes back: afterwards there are as many connections as before. Each pair may be visited
 * once by a stage of `SETTLED_MS` later.
 */
export async function visit(stage: Stage, pair: number, around: Around): Promise<void> {
  const { ports, connect, send } = stage;
  const { he, she } = pairOf(pair);
  const [connectionId] = (await ports.presence.connectionsOf(he as UserId)) ?? [];
  if (connectionId === undefined) throw new Error(`${he} is not online.`);
  await around('`$disconnect`', '$disconnect', () => releaseConnection(ports, { connectionId }));
  const device = await around('`$connect`', '$connect', connect);
  const login = { action: 'login', user: he, password: PASSWORD } as const;
  await around('`login` with a friend', 'login', () => send(device, login));
  const chat = { action: 'chat', to: she, text: 'A message of about fifty characters, as many of them are.' } as const;
  await around('`chat` to a user who is online', 'chat', () => send(device, chat));
  await around('a flip, announced to one friend', 'announce', () => announcePresence(ports, [flipOf(he)]));
}
