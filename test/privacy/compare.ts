import { Random } from '../simulation/random';
import { observerActs } from './acts';
import type { Relation } from './relations';
import { type Routes, realRoutes, World } from './world';

const TICKS = 40;

/** Where two worlds differ for Bob, though he did the same in both. */
export interface Leak {
  readonly relation: string;
  readonly seed: number;
  readonly tick: number;
  readonly one: readonly string[];
  readonly other: readonly string[];
}

/**
 * Goguen and Meseguer's non-interference (IEEE S&P 1982), tried: the same script of Bob's runs in two worlds that differ in
 * what he must not learn. The first difference in what he is told is a leak; when he is told it is not compared.
 */
export async function findLeak(
  relation: Relation,
  seed: number,
  routes: Routes = realRoutes,
): Promise<Leak | undefined> {
  const [one, other] = [await live(relation, seed, 0, routes), await live(relation, seed, 1, routes)];
  const tick = one.findIndex((told, index) => told.join('\n') !== other[index]?.join('\n'));
  if (tick === -1) return undefined;
  return { relation: relation.name, seed, tick, one: one[tick] ?? [], other: other[tick] ?? [] };
}

async function live(relation: Relation, seed: number, side: 0 | 1, routes: Routes): Promise<readonly string[][]> {
  const world = new World('bob', routes);
  for (const user of ['alice', 'bob', 'carl']) await world.register(user);
  await relation.before(world);
  await world.tick();
  await relation.either?.[side](world);
  await world.tick();
  for (let tick = 0; tick < TICKS; tick++) {
    const [bobs, others] = [new Random(`bob/${seed}/${tick}`), new Random(`alice/${seed}/${side}/${tick}`)];
    const isBusy = relation.unseen.length > 0 && others.chance(side === 0 ? 0.8 : 0.3);
    const isBobFirst = bobs.chance(0.5);
    // Whoever is logged out can do nothing, and acts end logins.
    if (bobs.chance(0.3)) await world.login('bob');
    if (isBusy && others.chance(0.5)) for (const user of ['alice', 'carl']) await world.login(user);
    if (isBobFirst) await bobs.pick(observerActs)(world, bobs);
    if (isBusy) await others.pick(relation.unseen)(world, others);
    if (!isBobFirst) await bobs.pick(observerActs)(world, bobs);
    await world.tick();
  }
  return world.observations;
}
