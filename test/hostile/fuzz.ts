/** `npm run fuzz`: hostile days for as long as it is told to, or one that is told in full. */

import { parseArgs } from 'node:util';
import { startEngine } from '../../local/dynamodb/engine';
import { findEngineCommand } from '../../local/dynamodb/engine-command';
import { createDatabase, type Template } from '../tooling/create-database';
import { run } from '../tooling/run';
import { synthesiseWithoutCode } from '../tooling/synthesise-without-code';
import type { Tally } from './day';
import { planOf } from './plan';
import { describeFailure, describeTally } from './report';
import { shrink, violationOf } from './shrink';
import { databaseEngine, type Engine, memoryEngine } from './stage';

const USAGE = `npm run fuzz -- [options]
  --minutes N   for how long (1)
  --from S      the first seed (1)
  --seed S      run this day only, and tell every frame
  --engine E    memory, dynoxide, or both (both: each tenth day on dynoxide)`;

const OPTIONS = {
  minutes: { type: 'string', default: '1' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  engine: { type: 'string', default: 'both' },
  help: { type: 'boolean', default: false },
} as const;

const DATABASE_DAY = 10;

type NewEngine = () => Engine | Promise<Engine>;

/** The exit code: 1 if something that must never be was seen. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (!['memory', 'dynoxide', 'both'].includes(values.engine))
    throw new TypeError(`--engine must be memory, dynoxide or both, not "${values.engine}".`);
  const unhandled: unknown[] = [];
  process.on('unhandledRejection', (cause) => unhandled.push(cause));
  const database = await startDatabase(values.engine);
  try {
    const engineOf = (seed: number): NewEngine =>
      database && (values.engine === 'dynoxide' || seed % DATABASE_DAY === 0) ? database.newEngine : memoryEngine;
    const code =
      values.seed === undefined
        ? await runMany({ minutes: positive('minutes', values.minutes), from: positive('from', values.from), engineOf })
        : await replay(positive('seed', values.seed), engineOf);
    for (const cause of unhandled) console.error('An unhandled rejection:', cause);
    return unhandled.length > 0 ? 1 : code;
  } finally {
    await database?.close();
  }
}

async function startDatabase(engine: string) {
  if (engine === 'memory') return undefined;
  if (!findEngineCommand()) {
    if (engine === 'both') return undefined;
    throw new TypeError('there is no dynoxide for this machine: see CONTRIBUTING.md');
  }
  const { url, close } = await startEngine({});
  const template = synthesiseWithoutCode() as unknown as Template;
  return { close, newEngine: async () => databaseEngine(await createDatabase(url, template)) };
}

interface Many {
  readonly minutes: number;
  readonly from: number;
  readonly engineOf: (seed: number) => NewEngine;
}

async function runMany({ minutes, from, engineOf }: Many): Promise<number> {
  const until = performance.now() + minutes * 60_000;
  const tally: Tally = new Map();
  let seed = from;
  for (; performance.now() < until; seed++) {
    const violation = await violationOf(planOf(seed), await engineOf(seed)(), { tally });
    if (!violation) continue;
    console.log(`${violation.message}\nseed ${seed}; looking for a shorter day …`);
    console.log(describeFailure(seed, violation, await shrink(planOf(seed), engineOf(seed))));
    return 1;
  }
  console.log(`${describeTally(tally)}\nEverything held on ${seed - from} days, seeds ${from} to ${seed - 1}.`);
  return 0;
}

async function replay(seed: number, engineOf: Many['engineOf']): Promise<number> {
  const violation = await violationOf(planOf(seed), await engineOf(seed)(), { tell: console.log });
  console.log(violation ? `Seed ${seed} breaks ${violation.message}` : `Everything held on the day of seed ${seed}.`);
  return violation ? 1 : 0;
}

function positive(name: string, value: string): number {
  if (Number(value) > 0) return Number(value);
  throw new TypeError(`--${name} must be a number above 0, not "${value}".`);
}

run(main, USAGE);
