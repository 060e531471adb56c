import type { Meeting, Who } from './explore';
import type { Pair } from './meetings';
import type { Situation } from './situations';
import type { TalkHandler } from './talk-handlers';
import * as handlers from './talk-handlers';
import { TalkStage } from './talk-stage';

const begun: Situation = { name: 'begun' };
const empty: Situation = { name: 'empty', isEmpty: true };
const out: Situation = { name: 'bob is not logged in', bobIsOut: true };
const emptyAndOut: Situation = { ...empty, ...out, name: 'empty, bob is not logged in' };
const blocked: Situation = { name: 'bob has blocked ann', bobHasBlocked: true };
const stranger: Situation = { name: 'bob is no member', bobIsStranger: true };
const large: Situation = { name: 'large', isLarge: true };
const largeAndOut: Situation = { ...large, ...out, name: 'large, bob is not logged in' };
const crossing: Situation = { ...stranger, name: 'bob makes it large', directMembersMax: 1 };
const largeStranger: Situation = { ...large, ...stranger, name: 'large, bob is no member' };

type Met = readonly [TalkHandler, TalkHandler, ...(readonly Situation[])];

const { send, sendAgain, answer, sendToGroup, answerInGroup } = handlers;

/** A send meets whatever its recipient may do at that moment. */
const met: readonly Met[] = [
  [send(1), answer(1), begun, blocked],
  [send(0), answer(0), empty],
  [send(1), handlers.answerBySlowClock(1), begun],
  [send(1), sendAgain(1), begun, blocked],
  [send(0), sendAgain(0), empty],
  [send(1), handlers.login, out],
  [send(0), handlers.login, emptyAndOut],
  [send(1), handlers.block, begun],
  [send(0), handlers.block, empty],
  [send(1), handlers.unblock, blocked],
  [send(1), handlers.ack, begun, blocked],
  [send(1), handlers.sync, begun, blocked],
  [send(1), handlers.history, begun, blocked],
  [sendToGroup(3), answerInGroup(3), begun, large],
  [sendToGroup(3), handlers.login, out, largeAndOut],
  [sendToGroup(2), handlers.join, stranger, crossing, largeStranger],
  [sendToGroup(3), handlers.leave, begun, large],
  [sendToGroup(3), handlers.leaveElsewhere, begun, large],
  [handlers.join, handlers.leaveElsewhere, stranger, largeStranger],
  [sendToGroup(3), handlers.ackInGroup(3), begun, large],
  [sendToGroup(3), handlers.sync, begun, large],
  [sendToGroup(3), handlers.historyOfGroup, begun, large],
  [handlers.historyOfGroup, handlers.leave, begun, large],
  [handlers.fanOut, handlers.login, largeAndOut],
  [handlers.fanOut, handlers.leave, large],
];

export const talkPairs: readonly Pair[] = [...new Set(met.map(nameOf))].map((name) => ({
  name,
  meetings: met
    .filter((one) => nameOf(one) === name)
    .flatMap(([one, other, ...situations]) => situations.map((situation) => meetingOf([one, other], situation))),
}));

function nameOf([one, other]: Met): string {
  return `${one.name} and ${other.name}`;
}

function meetingOf(met: Readonly<Record<Who, TalkHandler>>, situation: Situation): Meeting {
  return {
    names: [met[0].name, met[1].name],
    situation: situation.name,
    inAnyOrder: true,
    open: (options) => {
      const stage = new TalkStage(situation, options);
      return {
        violations: stage.violations,
        start: (who) => stage.start(met[who]),
        recover: () => stage.recover(met),
      };
    },
  };
}
