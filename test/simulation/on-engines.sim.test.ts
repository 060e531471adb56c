import { expect, it } from '@jest/globals';
import { describeOn, dynamoDbLocal, dynoxide } from '../tooling/engines';
import { Lockstep } from './lockstep';
import { realOperations as operations } from './operations';
import { type Plan, planOf } from './plan';
import { talkPlanOf } from './talk/plan';
import { World } from './world';

/** DynamoDB Local takes several times as long for a request: there, a few show that it agrees. */
const SEEDS = new Map([
  [dynoxide, 25],
  [dynamoDbLocal, 4],
]);
/** Days with twenty devices, or of two hours, would take a minute each: they run on the memory. */
const isShort = ({ devices, safetyMs }: Plan) => devices.length < 6 && safetyMs < 150_000;
const MESSAGE_SEEDS = 5;
const shortSeeds = Array.from({ length: 100 }, (_, index) => index + 1).filter((seed) => isShort(planOf(seed)));

async function runBeside(database: ConstructorParameters<typeof Lockstep>[0], plan: Plan): Promise<void> {
  const lockstep = new Lockstep(database);
  const world = new World(plan, { operations, wrapPorts: lockstep.wrapPorts, hasRealStores: true });
  await lockstep.begin(world.tables);

  await world.run();

  expect(lockstep.differences).toEqual([]);
  expect(world.violations).toEqual([]);
  const rows = await lockstep.rows(world.tables);
  expect(rows.database).toEqual(rows.memory);
}

for (const [engine, seeds] of SEEDS) {
  describeOn(engine, `presence on ${engine.name}`, (database) => {
    it.each(shortSeeds.slice(0, seeds))(
      'holds P1 to P6 with seed %i, step by step like the memory',
      async (seed) => {
        await runBeside(database(), planOf(seed));
      },
      120_000,
    );
  });
}

describeOn(dynoxide, `messages on ${dynoxide.name}`, (database) => {
  it.each(Array.from({ length: MESSAGE_SEEDS }, (_, index) => index + 1))(
    'hold M1 to M5 with seed %i, step by step like the memory',
    async (seed) => {
      await runBeside(database(), talkPlanOf(seed));
    },
    120_000,
  );
});
