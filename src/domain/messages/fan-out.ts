import { FAN_OUT_PAGE_MAX } from '../../protocol/limits';
import { encodeMessageEvent } from '../../protocol/messages';
import type { FanOut, FanOutJob, Groups, Log } from '../ports/ports';
import { connectionsIn, type PushToUsersPorts, pushToAll } from '../pushes/push-to-all';
import { readProfiles } from '../pushes/read-profiles';

export interface FanOutPorts extends PushToUsersPorts {
  readonly log: Pick<Log, 'from'>;
  readonly groups: Pick<Groups, 'members'>;
  readonly fanOut: FanOut;
}

/**
 * Tells one page of a large group's members of a message: their connections are read strongly, after the message was put,
 * and a login of a large group's member reads the log's head after it has bound. So M-order holds here too.
 *
 * The next page's job is sent before this page is pushed to: pages follow each other as fast as they are read, not as
 * they are told. It is sent after everything was read, so that a job which fails has usually started no other.
 * A job that comes twice pushes twice, and clients drop what they have.
 */
export async function fanOut(ports: FanOutPorts, job: FanOutJob): Promise<void> {
  const { conversation, seq, except, from } = job;
  const [[message], page] = await Promise.all([
    ports.log.from({ conversation, fromSeq: seq, limit: 1 }),
    ports.groups.members({ conversation, limit: FAN_OUT_PAGE_MAX, from }),
  ]);
  if (message?.seq !== seq) return; // It has expired: nobody may read it any more.
  ports.meter.count('FanOutPages');
  const users = page.members.filter(({ joinedSeq }) => joinedSeq <= seq).map(({ userId }) => userId);
  const profiles = await readProfiles(ports, users);
  if (page.next !== undefined) await ports.fanOut.enqueue({ ...job, from: page.next });
  await pushToAll(ports, connectionsIn(profiles, except), encodeMessageEvent(message));
}
