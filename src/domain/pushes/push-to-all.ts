import type { ConnectionId, UserId } from '../../protocol/ids';
import { PUSH_ATTEMPTS_MAX, PUSH_WAIT_MS, PUSHES_PARALLEL_MAX } from '../../protocol/limits';
import type { BoundCaller } from '../ports/operation';
import type { Profile } from '../ports/ports';
import { inParallel } from '../steps/in-parallel';
import { retry } from '../steps/settle';
import { type PushPorts, pushText } from './push-text';
import { type ProfilesPorts, readProfiles } from './read-profiles';

export type PushToUsersPorts = PushPorts & ProfilesPorts & { readonly presence: PushPorts['presence'] };

/**
 * Pushes text to many connections, bounded in parallel, each once before any is tried again: one that is dead or slow
 * delays the others' first try by nothing but its own place in the line. What failed is tried up to PUSH_ATTEMPTS_MAX
 * times, with backoff; after PUSH_WAIT_MS nothing more is begun. Never rejects: what is pushed is stored elsewhere.
 */
export async function pushToAll(ports: PushPorts, connections: readonly ConnectionId[], text: string): Promise<void> {
  const until = ports.clock.now() + PUSH_WAIT_MS;
  let left = connections;
  const round = async () => {
    left = await pushOnce(ports, { connections: left, text, until });
    return left.length === 0 ? 'pushed' : 'again';
  };
  try {
    await retry(ports, PUSH_ATTEMPTS_MAX, round);
  } catch (cause) {
    ports.report(new Error(`${left.length} of ${connections.length} connections did not get a push.`, { cause }));
  }
}

interface Round {
  readonly connections: readonly ConnectionId[];
  readonly text: string;
  readonly until: number;
}

/** Those that may not have got it. */
async function pushOnce(ports: PushPorts, { connections, text, until }: Round): Promise<readonly ConnectionId[]> {
  const failed: ConnectionId[] = [];
  await inParallel(connections, PUSHES_PARALLEL_MAX, async (connectionId) => {
    const pushed = ports.clock.now() < until ? await pushText(ports, connectionId, text) : 'failed';
    if (pushed === 'failed') failed.push(connectionId);
  });
  return failed;
}

interface ToUsers {
  readonly users: readonly UserId[];
  readonly text: string;
  /** The connection that caused it: it gets a reply instead. */
  readonly except: ConnectionId;
}

/** Pushes text to all devices of some users, whose connections are read now, strongly. */
export async function pushToUsers(ports: PushToUsersPorts, { users, text, except }: ToUsers): Promise<void> {
  await pushToAll(ports, connectionsIn(await readProfiles(ports, users), except), text);
}

export function connectionsIn(profiles: readonly Profile[], except: ConnectionId): readonly ConnectionId[] {
  return profiles.flatMap(({ connections }) => connections).filter((connectionId) => connectionId !== except);
}

/** Tells the caller's other devices what this one did. */
export function pushToOwnDevices(ports: PushToUsersPorts, caller: BoundCaller, text: string): Promise<void> {
  return pushToUsers(ports, { users: [caller.userId], text, except: caller.connectionId });
}
