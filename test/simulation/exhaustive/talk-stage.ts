import { storesIn } from '../../../src/adapters/memory/stores';
import { emptyTables } from '../../../src/adapters/memory/tables';
import type { FanOutJob } from '../../../src/domain/ports/ports';
import { type ConnectionId, groupOf } from '../../../src/protocol/ids';
import { FREE_RATES } from '../../tooling/free-rates';
import { AckedIsStored } from '../checkers/acked-is-stored';
import type { CheckerWorld, Violation } from '../checkers/checker';
import { CursorsTrue } from '../checkers/cursors-true';
import { logWhole } from '../checkers/log-whole';
import { MembersOnly } from '../checkers/members-only';
import { oneTruth } from '../checkers/one-truth';
import type { Invocation } from '../lambdas';
import type { Step, WorldPorts } from '../steps';
import { Memberships } from '../talk/memberships';
import type { WorldOptions } from '../world';
import { type Actor, Actors } from './actors';
import type { Ear } from './ear';
import type { Who } from './explore';
import { populateTalk, type Situation } from './situations';
import type { TalkHandler } from './talk-handlers';

const LEASE_MS = 20_000;
const RETRIES_MAX = 3;

/** Nothing here turns on when these happen: nobody leaves or comes but by what the handlers are about. */
const UNSEEN = new Set([
  'attempts.evidenceFor',
  'attempts.begin',
  'attempts.forgive',
  'accounts.charge',
  'accounts.credentialOf',
  'accounts.changeCredential',
  'connections.touch',
  'inboxes.countGroups',
  'groups.infoOf',
  'friends.page',
  'friends.count',
]);

/** A push that is under way meets nothing that a read of connections before it did not meet. */
const AT_ONCE = new Set(['sockets.push', 'sockets.probe', 'sockets.close', 'fanOut.enqueue']);

/** A conversation, those who are in it, and the two handlers that meet there. */
export class TalkStage {
  readonly violations: Violation[] = [];
  readonly #tables = emptyTables();
  readonly #situation: Situation;
  readonly #ears: ReadonlyMap<ConnectionId, Ear>;
  readonly #actors: Actors;
  readonly #memberships: Memberships;
  readonly #acked: AckedIsStored;
  readonly #jobs: FanOutJob[] = [];
  /** Commands that were answered, with a yes or a no. */
  readonly #answered = new Set<TalkHandler>();

  constructor(situation: Situation, options: WorldOptions) {
    this.#situation = situation;
    this.#ears = new Map(populateTalk(this.#tables, situation).map((ear) => [ear.connectionId, ear]));
    const fanOut = { enqueue: async (job: FanOutJob) => void this.#jobs.push(job) };
    const ports = { ...storesIn(this.#tables), sockets: this.#api, fanOut };
    this.#actors = new Actors({ tables: this.#tables, options, ports, violations: this.violations, kindOf });
    const world: CheckerWorld = {
      tables: this.#tables,
      now: () => this.#actors.now,
      complain: (property, what) => this.violations.push({ property, what }),
      socketOf: (connectionId) => this.#ears.get(connectionId as ConnectionId)?.socket,
    };
    const memberships = new Memberships(this.#tables, world.now);
    this.#memberships = memberships;
    this.#acked = new AckedIsStored(world);
    this.#actors.checkers = [
      { committed: (commit) => memberships.committed(commit) },
      oneTruth(world),
      logWhole(world),
      this.#acked,
      new MembersOnly({ ...world, memberships }),
      new CursorsTrue({ ...world, talkers: [...this.#ears.values()] }),
    ];
  }

  start(handler: TalkHandler): Actor {
    const { name, route, connectionId, skewMs } = handler;
    const { directMembersMax } = this.#situation;
    return this.#actors.start({
      ...{ name, route, connectionId, skewMs },
      settings: {
        leaseMs: LEASE_MS,
        loginGraceMs: LEASE_MS,
        devicesMax: 20,
        rates: FREE_RATES,
        ...(directMembersMax && { directMembersMax }),
      },
      run: (operations, ports) => handler.run(operations, ports),
      ended: (reply, invocation) => this.#replied(handler, reply, invocation),
    });
  }

  /** Whoever got no answer asks again; the queue is emptied. Then every device that is there knows of all that was acked. */
  async recover(handlers: Readonly<Record<Who, TalkHandler>>): Promise<void> {
    for (const handler of [handlers[0], handlers[1]]) await this.#askAgain(handler);
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) await this.#fanOut(job);
    for (const ear of this.#ears.values()) this.#expectToKnow(ear);
  }

  async #askAgain(handler: TalkHandler): Promise<void> {
    for (let retry = 0; retry < RETRIES_MAX && !this.#answered.has(handler); retry++)
      await this.start(handler).finish();
    if (!this.#answered.has(handler)) this.violations.push({ property: 'M1', what: `${handler.name}: never answered` });
  }

  async #fanOut(job: FanOutJob): Promise<void> {
    const actor = this.#actors.start({
      ...{ name: 'fan-out', route: 'fan-out', connectionId: undefined },
      settings: { leaseMs: LEASE_MS, loginGraceMs: LEASE_MS, devicesMax: 20, rates: FREE_RATES },
      run: (operations, ports) => operations.fanOut(ports, job),
      ended: (_, invocation) => this.#actors.tell((checker) => checker.fannedOut?.(job, invocation)),
    });
    await actor.finish();
  }

  #replied(handler: TalkHandler, reply: unknown, invocation: Invocation): void {
    if (handler.job) this.#actors.tell((checker) => checker.fannedOut?.(handler.job as FanOutJob, invocation));
    const frame = typeof reply === 'string' ? JSON.parse(reply) : undefined;
    const isToComeAgain = frame?.code === 'busy' || frame?.code === 'internal';
    if (!isToComeAgain) this.#answered.add(handler);
    if (frame?.code === 'internal')
      this.violations.push({ property: 'bug', what: `${handler.name}: ${frame.message}` });
    const ear = handler.connectionId && this.#ears.get(handler.connectionId);
    if (!frame || !ear) return;
    this.#actors.tell((checker) => checker.replied?.({ user: ear.user, frame, invocation }));
    ear.hear(frame);
  }

  #expectToKnow(ear: Ear): void {
    const { connectionId, user, name } = ear;
    if (this.#tables.connections.get(connectionId)?.userId !== user) return;
    for (const [conversation, log] of this.#tables.logs.entries()) {
      const isIn = this.#memberships.membershipAt(user, conversation, log.size + 1) !== undefined;
      const due = this.#acked.dueTo({ user, name }, conversation);
      const joinedSeq = this.#tables.members.get(conversation)?.get(ear.user)?.joinedSeq ?? 1;
      const isDue = isIn && (groupOf(conversation) === undefined || due >= joinedSeq);
      const known = ear.knows(conversation);
      if (isDue && known < due)
        this.violations.push({ property: 'M1', what: `${name} knows ${conversation} up to ${known}, not ${due}` });
    }
  }

  readonly #api: WorldPorts['sockets'] = {
    push: async (connectionId, text) => {
      const ear = this.#ears.get(connectionId);
      if (ear?.socket.state !== 'open') return 'gone';
      ear.hear(JSON.parse(text));
      return 'delivered';
    },
    probe: async (connectionId) => (this.#ears.get(connectionId)?.socket.state === 'open' ? 'open' : 'gone'),
    close: async () => 'gone',
  };
}

function kindOf({ name, invocation }: Step): 'step' | 'at once' | 'unseen' {
  if (AT_ONCE.has(name)) return 'at once';
  // What a login shows of friends decides nothing here.
  if (name === 'presence.profilesOf' && invocation.route === 'login') return 'unseen';
  return UNSEEN.has(name) ? 'unseen' : 'step';
}
