import { afterEach, describe, expect, it } from '@jest/globals';
import { createDatabase, type Template } from '../tooling/create-database';
import { describeOn, dynoxide, readTemplate } from '../tooling/engines';
import { ACTIONS } from './commands';
import type { Tally } from './day';
import { mutants } from './mutants';
import { planOf } from './plan';
import { describeFailure } from './report';
import { shrink, violationOf } from './shrink';
import { databaseEngine, type Engine, memoryEngine } from './stage';

const SECONDS = 1_000;

/** Runs days from seed 1 on, until so many frames have been sent; a failure tells the shortest day. */
async function expectToHold(newEngine: () => Engine | Promise<Engine>, framesMin: number): Promise<Tally> {
  const tally: Tally = new Map();
  const frames = () => [...tally.values()].reduce((sum, count) => sum + count, 0);
  for (let seed = 1; frames() < framesMin; seed++) {
    const violation = await violationOf(planOf(seed), await newEngine(), { tally });
    if (violation) throw new Error(describeFailure(seed, violation, await shrink(planOf(seed), newEngine)));
  }
  return tally;
}

function outcomesOf(tally: Tally): readonly string[] {
  return [...new Set([...tally.keys()].map((key) => String(key.split(' ')[1])))];
}

describe('a hostile client', () => {
  it(
    'gets a reply or a documented code for each of 20,000 frames, breaks no row, and sees nothing of others',
    async () => {
      const tally = await expectToHold(memoryEngine, 20_000);

      // What is refused at the door says little: every action was done many times too, by users who know each other.
      const done = ACTIONS.map((action) => [action, tally.get(`${action} ok`) ?? 0] as const);
      expect(done.filter(([, count]) => count < 50)).toEqual([]);
      const met = new Set(outcomesOf(tally));
      const toMeet = ['bad_frame', 'bad_field', 'not_a_member', 'ahead', 'busy', 'too_fast'];
      expect(toMeet.filter((code) => !met.has(code))).toEqual([]);
    },
    180 * SECONDS,
  );
});

describeOn(dynoxide, 'a hostile client, on a database', (database) => {
  it(
    'finds nothing that the memory stores hide, in 1,000 frames',
    async () => {
      const { endpoint } = database().client.config;
      const { protocol, hostname, port } = (await endpoint?.()) ?? {
        protocol: 'http:',
        hostname: 'localhost',
        port: 8000,
      };
      const newEngine = async () =>
        databaseEngine(await createDatabase(`${protocol}//${hostname}:${port}`, readTemplate() as Template));

      await expectToHold(newEngine, 1_000);
    },
    240 * SECONDS,
  );
});

describe('a fault', () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  });

  it.each(mutants)(
    'is found: $name',
    async ({ property, routes }) => {
      const found = [];
      for (let seed = 1; seed <= 20 && found.length === 0; seed++) {
        const violation = await violationOf(planOf(seed), memoryEngine(), { mutants: routes });
        if (violation) found.push(violation.property);
      }

      expect(property).toContain(found[0]);
    },
    60_000,
  );

  it('is told by the shortest day, which is the same whenever it is asked for', async () => {
    const mutant = mutants.find(({ name }) => name.startsWith('strangers'));
    const again = () => shrink(planOf(1), memoryEngine, { mutants: mutant?.routes ?? {} });

    const [one, other] = [await again(), await again()];

    expect(one?.plan.steps.length).toBeLessThan(4);
    expect(other?.plan.steps).toEqual(one?.plan.steps);
    expect(other?.lines.map(withoutToken)).toEqual(one?.lines.map(withoutToken));
    expect(describeFailure(1, one?.violation as never, one)).toContain('npm run fuzz -- --seed 1');
  }, 1_200_000);
});

function withoutToken(line: string): string {
  return line.replace(/"token":"[^"]*"/, '');
}
