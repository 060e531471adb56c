import type { Target } from '../../client/core/wire';
import { Dice } from './dice';

/** A conversation, and who takes part in it. */
export interface Talk {
  readonly conversation: string;
  readonly members: readonly string[];
  /** Absent between two users. */
  readonly group?: string;
  /** When each member comes into the group, as a share of all that will be written: most do at once. */
  readonly comesAt: ReadonlyMap<string, number>;
}

/** How members of a group come late. By then the log is long, and what came before is not for them. */
const LATE = { share: 0.25, from: 0.2, to: 0.7 };

export function targetOf({ group, members }: Talk, writer: string): Target {
  return group === undefined ? { to: members.find((member) => member !== writer) ?? '' } : { group };
}

interface Sizes {
  /** Beyond those that everybody has: one each. */
  readonly directMore: number;
  /** How many members each group has. */
  readonly groups: readonly number[];
}

/** Pairs and groups of these users, as a seed draws them. Everybody has somebody to talk to from the beginning. */
export function planTalks(users: readonly string[], seed: number, { directMore, groups }: Sizes): readonly Talk[] {
  const dice = new Dice(seed, 'talks');
  const drawn = dice.some(users, users.length);
  const couples = drawn.flatMap((one, index) => (index % 2 === 0 ? [planPair([one, drawn[index + 1] ?? ''])] : []));
  const pairs = new Map(couples.map((talk) => [talk.conversation, talk]));
  while (pairs.size < couples.length + directMore) {
    const talk = planPair(dice.some(users, 2));
    pairs.set(talk.conversation, talk);
  }
  const many = groups.map((size, index) => planGroup(`group${index}`, dice.some(users, size), dice));
  return [...pairs.values(), ...many];
}

function planPair(users: readonly string[]): Talk {
  const members = users.toSorted();
  return { conversation: `dm:${members.join(':')}`, members, comesAt: new Map() };
}

/** The first member makes it. */
function planGroup(group: string, members: readonly string[], dice: Dice): Talk {
  const comesAt = members.map((member, index) => {
    const isLate = index > 0 && dice.chance(LATE.share);
    return [member, isLate ? dice.between(LATE.from, LATE.to) : 0] as const;
  });
  return { conversation: `group:${group}`, members, group, comesAt: new Map(comesAt) };
}
