import type { Target } from '../../client/core/wire';
import { Dice } from './dice';

/** A conversation, and who takes part in it. */
export interface Talk {
  readonly conversation: string;
  readonly members: readonly string[];
  /** Absent between two users. */
  readonly group?: string;
  /** When each member comes into the group, as a share of the time that everybody lives: most do at once. */
  readonly comesAt: ReadonlyMap<string, number>;
}

/** How members of a group come late. By then the log is long, and what came before is not for them. */
const LATE = { share: 0.25, from: 0.5, to: 0.9 };

export function targetOf({ group, members }: Talk, writer: string): Target {
  return group === undefined ? { to: members.find((member) => member !== writer) ?? '' } : { group };
}

interface Sizes {
  readonly direct: number;
  /** How many members each group has. */
  readonly groups: readonly number[];
}

/** Pairs and groups of these users, as a seed draws them. */
export function planTalks(users: readonly string[], seed: number, { direct, groups }: Sizes): readonly Talk[] {
  const dice = new Dice(seed, 'talks');
  const pairs = new Map<string, Talk>();
  while (pairs.size < direct) {
    const members = dice.some(users, 2).toSorted();
    const conversation = `dm:${members.join(':')}`;
    pairs.set(conversation, { conversation, members, comesAt: new Map() });
  }
  const many = groups.map((size, index) => planGroup(`group${index}`, dice.some(users, size), dice));
  return [...pairs.values(), ...many];
}

/** The first member makes it. */
function planGroup(group: string, members: readonly string[], dice: Dice): Talk {
  const comesAt = members.map((member, index) => {
    const isLate = index > 0 && dice.chance(LATE.share);
    return [member, isLate ? dice.between(LATE.from, LATE.to) : 0] as const;
  });
  return { conversation: `group:${group}`, members, group, comesAt: new Map(comesAt) };
}
