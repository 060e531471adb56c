import { storesIn } from '../../src/adapters/memory/stores';
import { type ConnectionRow, emptyTables, type Tables } from '../../src/adapters/memory/tables';
import type { InboxEntry, Member } from '../../src/domain/ports';
import {
  type ConnectionId,
  type GroupId,
  groupConversation,
  type MessageId,
  type UserId,
} from '../../src/protocol/ids';
import { SWEEP_SHIFT_MS } from '../../src/protocol/limits';
import type { Message } from '../../src/protocol/messages';
import { AckedIsStored } from './checkers/acked-is-stored';
import type { Checker, CheckerWorld, Violation } from './checkers/checker';
import { CursorsTrue } from './checkers/cursors-true';
import { LiveStayOnline } from './checkers/live-stay-online';
import { logWhole } from './checkers/log-whole';
import { MembersOnly } from './checkers/members-only';
import { noResurrection } from './checkers/no-resurrection';
import { oneTruth } from './checkers/one-truth';
import { ShownInOrder } from './checkers/shown-in-order';
import { ShownRightly } from './checkers/shown-rightly';
import { LAST_FAULT_MS, TimelyOffline } from './checkers/timely-offline';
import { Writes } from './commits';
import { Device, PASSWORD } from './device';
import { Faults } from './faults';
import { Gateway, type Json, type Socket } from './gateway';
import { EPOCH_MS, type Invocation, Lambdas, type Ports } from './lambdas';
import type { Operations } from './operations';
import { type Plan, userName } from './plan';
import { Random } from './random';
import { Scheduler } from './scheduler';
import { type Step, Steps, type WorldPorts } from './steps';
import { Stream } from './stream';
import { Memberships } from './talk/memberships';
import { Queue } from './talk/queue';
import { Timeline } from './timeline';

const SWEEP_EVERY_MS = 60_000; // EventBridge knows nothing shorter.
const SWEEP_LIMIT_MS = 110_000; // lib/tasks.ts
const SWEEP_WORK_MS = 90_000;
const INDEX_LAG_MS_MAX = 10_000;
const CALM_MS = 60_000; // After the last bound has passed: time for announcements and logins.

export interface WorldOptions {
  readonly operations: Operations;
  readonly keepsTimeline?: boolean;
  /** Replaces what operations call: a mutant can so make several steps of one. */
  readonly wrapCalls?: (ports: Ports, invocation: Invocation) => Ports;
  readonly hasRealStores?: boolean;
  /** Replaces what steps do: a mutant's, or a real database's beside the memory's. */
  readonly wrapPorts?: (ports: WorldPorts, tables: Tables) => WorldPorts;
}

/** Everything that a plan needs to run: AWS, devices, and the checkers that watch them. */
export class World {
  readonly scheduler = new Scheduler();
  readonly tables = emptyTables();
  readonly timeline: Timeline | undefined;
  readonly faults: Faults;
  readonly violations: Violation[] = [];
  steps = 0;
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #gateway: Gateway;
  readonly #lambdas: Lambdas;
  readonly #stream: Stream;
  readonly #queue: Queue;
  readonly #operations: Operations;
  readonly #devices: readonly Device[];
  readonly #writes: Writes;
  readonly #checkers: readonly Checker[];
  readonly #timelyOffline: TimelyOffline;
  readonly #reported = new Set<string>();
  readonly #friendshipChangedAt = new Map<string, number>();

  constructor(
    plan: Plan,
    {
      operations,
      keepsTimeline = false,
      hasRealStores = false,
      wrapPorts = (ports) => ports,
      wrapCalls = (ports) => ports,
    }: WorldOptions,
  ) {
    this.#plan = plan;
    this.#operations = operations;
    this.#random = new Random(`${plan.seed}/world`);
    const { scheduler, tables } = this;
    this.timeline = keepsTimeline ? new Timeline(() => scheduler.now) : undefined;
    this.faults = new Faults(this.#random.fork('faults'), plan.rates, plan.spared);
    const network = this.#random.fork('network');
    const latencyMs = () => {
      const usual = 0.5 + network.fraction() * plan.latencyMs;
      return network.chance(0.05) ? 10 * usual : usual;
    };
    const base = { scheduler, faults: this.faults, timeline: this.timeline, latencyMs, random: this.#random };
    const settings = { leaseMs: plan.leaseMs, loginGraceMs: plan.loginGraceMs, devicesMax: plan.devicesMax };
    const sockets: WorldPorts['sockets'] = {
      push: (...args) => this.#gateway.api.push(...args),
      probe: (...args) => this.#gateway.api.probe(...args),
      close: (...args) => this.#gateway.api.close(...args),
    };
    const fanOut: WorldPorts['fanOut'] = { enqueue: (job) => this.#queue.enqueue(job) };
    const ports = wrapPorts({ ...storesIn(tables), sockets, fanOut }, tables);
    const steps = new Steps(
      {
        ...base,
        hasRealStores,
        committed: (step) => this.#committed(step),
        asked: (step) => this.#tell((checker) => checker.asked?.(step)),
        answered: (step, answer) => this.#tell((checker) => checker.answered?.(step, answer)),
      },
      ports,
    );
    this.#lambdas = new Lambdas({ ...base, steps, settings, wrapCalls, bug: (cause, by) => this.#bug(cause, by) });
    const ended = (socket: Socket) => this.#tell((checker) => checker.ended?.(socket));
    const disconnected = (socket: Socket, by: Invocation) =>
      this.#tell((checker) => checker.disconnected?.(socket, by));
    const replied = ({ peer: { user } }: Socket, frame: Json, invocation: Invocation) =>
      this.#tell((checker) => checker.replied?.({ user, frame, invocation }));
    this.#gateway = new Gateway({ ...base, lambdas: this.#lambdas, operations, ended, disconnected, replied });
    this.#queue = new Queue({
      ...base,
      lambdas: this.#lambdas,
      operations,
      done: (job, invocation) => this.#tell((checker) => checker.fannedOut?.(job, invocation)),
    });
    this.#stream = new Stream({
      ...base,
      lambdas: this.#lambdas,
      operations,
      batchWindowMs: plan.batchWindowMs,
      lost: (userId) => this.#reported.add(userId),
    });
    this.#populate();
    this.#writes = new Writes(tables);
    this.#letIndexLag();
    this.#watchFriendships();
    this.#devices = plan.devices.map(
      (device) =>
        new Device(device, {
          scheduler,
          gateway: this.#gateway,
          random: this.#random.fork(device.name),
          users: plan.users,
          shows: plan.talk && ((talker, entry) => this.#tell((checker) => checker.shows?.(talker, entry))),
        }),
    );
    const checkerWorld = {
      ...base,
      tables,
      plan,
      now: () => scheduler.now,
      complain: (property: string, what: string) => this.#complain({ property, what }),
      socketOf: (connectionId: string) => this.#gateway.sockets.get(connectionId as ConnectionId),
      devicesMax: plan.devicesMax,
      devices: this.#devices,
      reported: this.#reported,
      friendshipChangedAt: (one: string, other: string) => this.#friendshipChangedAt.get(pairOf(one, other)) ?? -1,
    };
    this.#timelyOffline = new TimelyOffline(checkerWorld);
    this.#checkers = [
      oneTruth(checkerWorld),
      this.#timelyOffline,
      new LiveStayOnline(checkerWorld),
      noResurrection(checkerWorld),
      new ShownRightly(checkerWorld),
      ...(plan.talk ? this.#messageCheckers(checkerWorld) : []),
    ];
  }

  #messageCheckers(
    world: CheckerWorld & { readonly devices: readonly Device[]; readonly plan: Plan },
  ): readonly Checker[] {
    const memberships = new Memberships(this.tables, world.now);
    const talkers = world.devices.flatMap(({ talker }) => talker ?? []);
    const acked = new AckedIsStored(world);
    return [
      // First of all, for the others ask it.
      { committed: (commit) => memberships.committed(commit) },
      logWhole(world),
      acked,
      new MembersOnly({ ...world, memberships }),
      new CursorsTrue({ ...world, talkers }),
      new ShownInOrder({ ...world, memberships, acked }),
    ];
  }

  /** A safety phase with faults; then none, until every bound has passed. */
  async run(): Promise<void> {
    const { scheduler, faults } = this;
    const { safetyMs } = this.#plan;
    this.#sweepEachMinute();
    scheduler.at(safetyMs, () => {
      this.timeline?.note('', '---- no faults from here on ----');
      faults.end();
      if (this.#plan.talk) for (const device of this.#devices) device.comeBack();
      this.#turnOffSurplus();
    });
    const endAt = () => Math.max(safetyMs + LAST_FAULT_MS, this.#timelyOffline.lastDueAt) + CALM_MS;
    await scheduler.run(endAt);
    if (this.violations.length === 0) this.#tell((checker) => checker.finished?.());
  }

  #turnOffSurplus(): void {
    const left = new Map<string, number>();
    for (const device of this.#devices) device.leaveAlone();
    for (const device of this.#devices.filter(({ wants }) => wants)) {
      const places = left.get(device.user) ?? this.#plan.devicesMax;
      left.set(device.user, places - 1);
      if (places <= 0) device.turnOff();
    }
  }

  /** Accounts, most of them friends with each other. */
  #populate(): void {
    const { users } = this.#plan;
    const { profiles, credentials, friends } = this.tables;
    const names = Array.from({ length: Math.max(2, users) }, (_, index) => userName(index) as UserId);
    if (this.#plan.talk?.large) this.#populateLarge(names, this.#plan.talk.large);
    const areFriends = this.#random.chance(0.85);
    for (const userId of names) {
      credentials.put(userId, { passwordHash: `hash of ${PASSWORD}`, tokenKey: 'key' });
      profiles.put(userId, { state: 'offline', connections: new Set(), version: 0, createdAt: EPOCH_MS });
      if (!areFriends) continue;
      const others = names.filter((other) => other !== userId);
      friends.put(
        userId,
        new Map(others.map((other) => [other, { userId: other, state: 'friends', since: EPOCH_MS }])),
      );
    }
  }

  /** A group of all, whose messages go through the queue: what 256 members would make of it. */
  #populateLarge(names: readonly UserId[], group: string): void {
    const { groups, members, inboxes, logs } = this.tables;
    const conversation = groupConversation(group as GroupId);
    const [owner = '' as UserId] = names;
    const about = { conversation, name: group, creator: owner, createdAt: EPOCH_MS };
    groups.put(conversation, { ...about, members: names.length, version: 1, big: true });
    const join = (from: UserId, index: number): Message => {
      const change = index === 0 ? 'created' : 'joined';
      return { conversation, seq: index + 1, from, change, sentAt: EPOCH_MS, id: `first${index}` as MessageId };
    };
    logs.put(conversation, new Map(names.map((name, index) => [index + 1, join(name, index)])));
    const memberOf = (userId: UserId, index: number): Member => ({ userId, role: 'member', joinedSeq: index + 1 });
    members.put(conversation, new Map(names.map((name, index) => [name, memberOf(name, index)])));
    names.forEach((name, index) => {
      const seqs = { lastSeq: index + 1, ackSeq: index, readSeq: index + 1, joinedSeq: index + 1 };
      const entry: InboxEntry = { conversation, ...seqs, at: EPOCH_MS, role: 'member', big: true };
      inboxes.put(name, new Map([[conversation, entry]]));
    });
  }

  /** The index shows each row as it was some seconds ago. */
  #letIndexLag(): void {
    if (!this.faults.happens('indexStale')) return;
    const { scheduler, tables, faults } = this;
    const shown = new Map<ConnectionId, ConnectionRow>();
    const lagMs = faults.of('indexStale').between(0, INDEX_LAG_MS_MAX);
    const { onWrite } = tables.connections;
    tables.connections.onWrite = (key, after, before) => {
      onWrite(key, after, before);
      scheduler.after(lagMs, () => (after ? shown.set(key, after) : shown.delete(key)));
    };
    tables.index = shown;
  }

  #watchFriendships(): void {
    this.tables.friends.onWrite = (key, after, before) => {
      for (const other of new Set([...(after?.keys() ?? []), ...(before?.keys() ?? [])])) {
        if (after?.get(other) !== before?.get(other))
          this.#friendshipChangedAt.set(pairOf(key, other), this.scheduler.now);
      }
    };
  }

  #sweepEachMinute(): void {
    const { scheduler, faults } = this;
    scheduler.after(SWEEP_EVERY_MS, () => this.#sweepEachMinute());
    if (faults.happens('sweepMissed')) return;
    this.#sweep();
    if (faults.happens('sweepDoubled'))
      scheduler.after(faults.of('sweepDoubled').between(0, SWEEP_SHIFT_MS), () => this.#sweep());
  }

  #sweep(): void {
    this.#lambdas.invoke({
      route: 'sweep',
      limitMs: SWEEP_LIMIT_MS,
      run: (ports) => {
        const now = ports.clock.now();
        const shift = { beginUntil: now + SWEEP_SHIFT_MS, until: now + SWEEP_WORK_MS };
        return this.#operations.sweep(ports, { periodMs: this.#plan.sweepPeriodMs, ...shift });
      },
    });
  }

  #committed(step: Step): void {
    this.steps++;
    const commit = this.#writes.take(step);
    if (!commit) return;
    for (const write of commit.profiles) this.#stream.written(write);
    this.#tell((checker) => checker.committed?.(commit));
  }

  #tell(tell: (checker: Checker) => void): void {
    for (const checker of this.#checkers) tell(checker);
  }

  #bug(cause: unknown, invocation: Invocation): void {
    const lost = cause instanceof Error && /^The connection (?<id>\S+) did not get a push/.exec(cause.message);
    // What is stored comes with the next login or sync: its push may fail.
    const isStored = cause instanceof Error && /^\d+ of \d+ connections did not get a push/.test(cause.message);
    if (isStored) this.#tell((checker) => checker.pushFailed?.(invocation));
    if (lost) this.#reported.add(lost.groups?.id ?? '');
    else if (!isStored)
      this.#complain({
        property: 'bug',
        what: `${invocation.name}: ${cause instanceof Error ? cause.stack : String(cause)}`,
      });
  }

  #complain(violation: Violation): void {
    this.timeline?.note('', `**** ${violation.property}: ${violation.what}`);
    this.violations.push(violation);
    this.scheduler.stop();
  }
}

function pairOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
