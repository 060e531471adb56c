import { storesIn } from '../../src/adapters/memory/stores';
import { emptyTables, type Tables } from '../../src/adapters/memory/tables';
import { DEFAULT_RATES } from '../../src/domain/frames/rates';
import type { Rates } from '../../src/domain/ports/ports';
import { Aws } from './aws';
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
import { TimelyOffline } from './checkers/timely-offline';
import { Writes } from './commits';
import { Device } from './device';
import { Faults } from './faults';
import type { Invocation, Ports } from './lambdas';
import type { Operations } from './operations';
import { Person } from './person';
import { type DevicePlan, LAST_FAULT_MS, type Plan } from './plan';
import { Friendships, letIndexLag, populate } from './population';
import { Random } from './random';
import { Scheduler } from './scheduler';
import type { Step, WorldPorts } from './steps';
import { Memberships } from './talk/memberships';
import { Timeline } from './timeline';

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

/** Everything that a plan needs to run: AWS, people with devices, and the checkers that watch them. */
export class World {
  readonly scheduler = new Scheduler();
  readonly tables = emptyTables();
  readonly timeline: Timeline | undefined;
  readonly faults: Faults;
  readonly violations: Violation[] = [];
  /** Requests that have arrived at a store. */
  steps = 0;
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #aws: Aws;
  readonly #devices: readonly Device[];
  readonly #people: readonly Person[];
  readonly #writes: Writes;
  readonly #checkers: readonly Checker[];
  readonly #timelyOffline: TimelyOffline;
  /** What was given up, and reported: see `ShownRightly`. */
  readonly #reported = new Set<string>();

  constructor(plan: Plan, options: WorldOptions) {
    const { scheduler, tables } = this;
    this.#plan = plan;
    this.#random = new Random(`${plan.seed}/world`);
    this.timeline = options.keepsTimeline ? new Timeline(() => scheduler.now) : undefined;
    this.faults = new Faults(this.#random.fork('faults'), plan.rates, plan.spared);
    this.#aws = this.#buildAws(options);
    populate(tables, plan.users, this.#random.chance(0.85));
    this.#writes = new Writes(tables);
    letIndexLag(tables, scheduler, this.faults);
    const friendships = new Friendships(tables, () => scheduler.now);
    this.#devices = plan.devices.map((device) => this.#deviceOf(device));
    this.#people = plan.devices.map((device, index) => this.#personOf(device, index));
    const world = {
      ...{ tables, plan, scheduler, devices: this.#devices, devicesMax: plan.devicesMax, reported: this.#reported },
      now: () => scheduler.now,
      complain: (property: string, what: string) => this.#complain({ property, what }),
      socketOf: (connectionId: string) => this.#aws.gateway.find(connectionId),
      friendshipChangedAt: (one: string, other: string) => friendships.changedAt(one, other),
    };
    this.#timelyOffline = new TimelyOffline(world);
    const others = [oneTruth(world), new LiveStayOnline(world), noResurrection(world), new ShownRightly(world)];
    this.#checkers = [this.#timelyOffline, ...others, ...(plan.talk ? this.#messageCheckers(world) : [])];
  }

  #messageCheckers(world: CheckerWorld & { readonly devices: readonly Device[]; readonly plan: Plan }): Checker[] {
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
    const { safetyMs } = this.#plan;
    this.#aws.beginSweeping(this.#plan.sweepPeriodMs);
    this.scheduler.at(safetyMs, () => this.#endFaults());
    const endAt = () => Math.max(safetyMs + LAST_FAULT_MS, this.#timelyOffline.lastDueAt) + CALM_MS;
    await this.scheduler.run(endAt);
    if (this.violations.length === 0) this.#tell((checker) => checker.finished?.());
  }

  #buildAws({ operations, hasRealStores = false, wrapPorts = same, wrapCalls = same }: WorldOptions): Aws {
    const { scheduler, faults, timeline } = this;
    const { leaseMs, loginGraceMs, devicesMax, latencyMs, batchWindowMs, talk, commandMs } = this.#plan;
    return new Aws({
      ...{ scheduler, faults, timeline, operations, hasRealStores, wrapCalls, batchWindowMs },
      random: this.#random,
      usualLatencyMs: latencyMs,
      settings: {
        ...{ leaseMs, loginGraceMs, devicesMax },
        ...(talk && { directMembersMax: talk.directMembersMax, retentionMs: talk.retentionMs }),
        ...(commandMs && { rates: dearRates(commandMs) }),
      },
      portsWith: (outside) => wrapPorts({ ...storesIn(this.tables), ...outside }, this.tables),
      committed: (step) => this.#committed(step),
      asked: (step) => this.#tell((checker) => checker.asked?.(step)),
      answered: (step, answer) => this.#tell((checker) => checker.answered?.(step, answer)),
      ended: (socket) => this.#tell((checker) => checker.ended?.(socket)),
      replied: ({ peer: { user } }, frame, invocation) =>
        this.#tell((checker) => checker.replied?.({ user, frame, invocation })),
      fannedOut: (job, by) => this.#tell((checker) => checker.fannedOut?.(job, by)),
      disconnected: (socket, by) => this.#tell((checker) => checker.disconnected?.(socket, by)),
      unannounced: (userId) => this.#reported.add(userId),
      bug: (cause, by) => this.#bug(cause, by),
    });
  }

  #deviceOf(plan: DevicePlan): Device {
    return new Device(plan, {
      scheduler: this.scheduler,
      gateway: this.#aws.gateway,
      random: this.#random.fork(plan.name),
      shows: this.#plan.talk && ((talker, entry) => this.#tell((checker) => checker.shows?.(talker, entry))),
    });
  }

  #personOf(plan: DevicePlan, index: number): Person {
    const { scheduler } = this;
    const device = this.#devices[index] as Device;
    return new Person(plan, device, { scheduler, gateway: this.#aws.gateway, users: this.#plan.users });
  }

  /** From here on, nobody has more devices than may be logged in: two too many would push each other out for ever. */
  #endFaults(): void {
    this.timeline?.note('', '---- no faults from here on ----');
    this.faults.end();
    const placesLeft = new Map<string, number>();
    for (const person of this.#people) person.finish();
    if (this.#plan.talk) for (const person of this.#people) person.comeBack();
    for (const device of this.#devices.filter(({ wants }) => wants)) {
      const places = placesLeft.get(device.user) ?? this.#plan.devicesMax;
      placesLeft.set(device.user, places - 1);
      if (places <= 0) device.turnOff();
    }
  }

  #committed(step: Step): void {
    this.steps++;
    this.#tell((checker) => checker.stepped?.(step));
    const commit = this.#writes.take(step);
    if (!commit) return;
    for (const write of commit.profiles) this.#aws.stream.written(write);
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

function same<T>(value: T): T {
  return value;
}

/** One command at a time; nobody is closed for not listening, as most clients here do not. */
function dearRates(costMs: number): Rates {
  return { ...DEFAULT_RATES, connection: { costMs, debtMaxMs: costMs }, refusalsMax: Number.POSITIVE_INFINITY };
}
