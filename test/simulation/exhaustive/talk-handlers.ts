import type { FanOutJob } from '../../../src/domain/ports/ports';
import type { ConnectionId } from '../../../src/protocol/ids';
import { PASSWORD } from '../device';
import type { Ports } from '../lambdas';
import type { Operations } from '../operations';
import { ANNS, ANNS_OTHER, BOBS, DIRECT, GROUP, JOB } from './situations';

/** One Lambda's work on a conversation. */
export interface TalkHandler {
  readonly name: string;
  readonly route: string;
  readonly connectionId: ConnectionId | undefined;
  readonly skewMs?: number;
  readonly job?: FanOutJob;
  readonly run: (operations: Operations, ports: Ports) => Promise<unknown>;
}

interface Frame {
  readonly action: string;
  readonly [field: string]: unknown;
}

const command = (name: string, connectionId: ConnectionId, frame: Frame): TalkHandler => ({
  name,
  route: frame.action,
  connectionId,
  run: (operations, ports) => operations.answer(ports, { connectionId, frame: JSON.stringify(frame) }),
});

const toBob = { action: 'chat', to: 'bob', text: 'hello', id: 'mine' };
const toGroup = { action: 'chat', group: 'g', text: 'hello', id: 'mine' };

/** `after` is the last seq that the client knew, as the situation has it. */
export const send = (after: number) => command('send', ANNS, { ...toBob, after });
/** The same message, from another socket of the same client, which got no answer on the first one. */
export const sendAgain = (after: number) => command('send again', ANNS_OTHER, { ...toBob, after });
export const answer = (after: number) =>
  command('answer', BOBS, { action: 'chat', to: 'ann', text: 'hello too', id: 'theirs', after });

export const answerBySlowClock = (after: number): TalkHandler => ({
  ...answer(after),
  name: 'answer by a slow clock',
  skewMs: -1_000,
});

export const sendToGroup = (after: number) => command('send to the group', ANNS, { ...toGroup, after });
export const answerInGroup = (after: number) =>
  command('answer in the group', BOBS, { action: 'chat', group: 'g', text: 'hello too', id: 'theirs', after });
export const leaveElsewhere = command('leave, elsewhere', ANNS_OTHER, { action: 'leaveGroup', group: 'g' });

export const login = command('login', BOBS, { action: 'login', user: 'bob', password: PASSWORD, heartbeat: 10 });
export const join = command('join', BOBS, { action: 'joinGroup', group: 'g' });
export const leave = command('leave', BOBS, { action: 'leaveGroup', group: 'g' });
export const block = command('block', BOBS, { action: 'block', user: 'ann' });
export const unblock = command('unblock', BOBS, { action: 'block', user: 'ann', unblock: true });
export const sync = command('sync', BOBS, { action: 'sync' });
export const ack = command('ack', BOBS, { action: 'ack', ref: 1, conversation: DIRECT, received: 1, read: 1 });
export const ackInGroup = (seq: number) =>
  command('ack in the group', BOBS, { action: 'ack', ref: 1, conversation: GROUP, received: seq, read: seq });
export const history = command('history', BOBS, { action: 'history', conversation: DIRECT, after: 0 });
export const historyOfGroup = command('history of the group', BOBS, {
  action: 'history',
  conversation: GROUP,
  after: 0,
});

export const fanOut: TalkHandler = {
  name: 'fan-out',
  route: 'fan-out',
  connectionId: undefined,
  job: JOB,
  run: (operations, ports) => operations.fanOut(ports, JOB),
};
