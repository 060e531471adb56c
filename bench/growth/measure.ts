import type { Database } from '../../src/adapters/dynamodb/database';
import { sweep } from '../../src/domain/presence/sweep';
import type { Metered } from '../operations/metered-client';
import { pairOf, SETTLED_MS } from '../operations/population';
import { meteredStageOn, type Stage, stageOn } from '../operations/stage';
import { visit } from '../operations/visit';
import { median } from '../report/percentile';
import { getProfile, putBeside, scanConnections } from './bare-requests';

/** A database with so many users in it. */
export interface Populated {
  readonly users: number;
  readonly database: Database;
}

/** What an operation takes with so many users in the database. */
export interface Counted extends Omit<Metered, 'tables'> {
  readonly operation: string;
  readonly users: number;
  readonly callbacks: number;
}

export interface Timed {
  readonly operation: string;
  readonly users: number;
  /** The median. */
  readonly ms: number;
}

const SWEEP = 'a pass of the sweep, each connection';
const SCAN = 'a bare Scan in as many pages, each row';

/** What is told by the row, since it is about all of them. */
const EACH: readonly string[] = [SWEEP, SCAN];

/** One visit and one pass of the sweep, metered. Meters the database's client from then on. */
export async function countOn({ users, database }: Populated): Promise<readonly Counted[]> {
  const stage = meteredStageOn(database, { mark: 'count', later: SETTLED_MS });
  const counted: Counted[] = [];
  const pass = await stage.measure(() => sweepAll(stage, users));
  await visit(stage, lastPairOf(users), async (operation, _, perform) => {
    const { result, run } = await stage.measure(perform);
    const { requests, inSequence, readUnits, writeUnits, callbacks } = run;
    counted.push({ operation, users, requests, inSequence, readUnits, writeUnits, callbacks });
    return result;
  });
  const { requests, inSequence, readUnits, writeUnits } = pass.run;
  const each = { requests: requests / users, inSequence: inSequence / users, readUnits: readUnits / users };
  return [...counted, { operation: SWEEP, users, ...each, writeUnits: writeUnits / users, callbacks: 0 }];
}

/** Nobody has to be looked at, so all that it takes is to pass by each. */
async function sweepAll({ ports }: Stage, users: number): Promise<void> {
  const { scanned, ...found } = await sweep(ports, { until: Number.POSITIVE_INFINITY });
  const others = Object.entries(found).filter(([, count]) => count !== 0);
  if (scanned !== users || others.length > 0)
    throw new Error(`The sweep saw ${scanned} of ${users}: ${others.join()}.`);
}

const lastPairOf = (users: number) => users / 2 - 1;

/** The first so many visits warm up client and engine, and are not counted. */
const WARM_UP = 10;

const PASSES = 5;

/**
 * Times visits and passes of the sweep, of all databases in turn, so that whatever else the machine does concerns each. Beside them, a
 * bare request of each kind, which shows what the engine itself takes for being full.
 *
 * @throws if there are more rounds than pairs to visit.
 */
export async function timeOn(
  databases: readonly Populated[],
  rounds: number,
  tell: (done: number) => void,
): Promise<readonly Timed[]> {
  // The first pair is the one that was copied, and the last is counted.
  const roundsMax = Math.min(...databases.map(({ users }) => lastPairOf(users))) - 1 - WARM_UP;
  if (rounds > roundsMax)
    throw new Error(`With so few users, at most ${roundsMax} rounds have a pair of their own each.`);
  const watches = databases.map((populated) => watchOn(populated, rounds));
  for (let round = 0; round < rounds + WARM_UP; round++) {
    for (const { visitOnce } of watches) await visitOnce(round);
    tell(round + 1);
  }
  for (let pass = 0; pass < PASSES; pass++) for (const { sweepOnce } of watches) await sweepOnce();
  return watches.flatMap(({ medians }) => medians());
}

function watchOn({ users, database }: Populated, rounds: number) {
  const stage = stageOn(database, { mark: 'time', later: SETTLED_MS });
  const times = new Map<string, number[]>();
  const time = async <T>(operation: string, perform: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await perform();
    times.set(operation, [...(times.get(operation) ?? []), performance.now() - begun]);
    return result;
  };
  return {
    /** Each round has a pair of its own, from all over the table. */
    visitOnce: async (round: number) => {
      const pair = 1 + Math.floor((round * (lastPairOf(users) - 1)) / (rounds + WARM_UP));
      await visit(stage, pair, (operation, _, perform) => time(operation, perform));
      const { she } = pairOf(pair);
      await time('a bare GetItem', () => getProfile(database, she));
      await time('a bare PutItem', () => putBeside(database, she));
      if (round === WARM_UP - 1) times.clear();
    },
    sweepOnce: async () => {
      await time(SWEEP, () => sweepAll(stageOn(database, { later: SETTLED_MS }), users));
      await time(SCAN, () => scanConnections(database));
    },
    medians: () =>
      [...times].map(([operation, all]) => {
        const ms = median(all);
        return { operation, users, ms: EACH.includes(operation) ? ms / users : ms };
      }),
  };
}
