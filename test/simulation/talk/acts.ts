import type { Target } from '../../../client/core/wire';
import type { Random } from '../random';

/** What a person does with messages. */
export type TalkAct =
  | { readonly talk: 'write'; readonly target: Target }
  | { readonly talk: 'createGroup' | 'joinGroup' | 'leaveGroup'; readonly group: string }
  | { readonly talk: 'block' | 'unblock'; readonly user: string }
  /** `restart`: the process ends, and another one goes on with what was saved. `wipe`: with nothing. */
  | { readonly talk: 'read' | 'sync' | 'restart' | 'wipe' };

export interface Company {
  readonly others: readonly string[];
  readonly groups: readonly string[];
}

const WRITING = 0.62;
const KINDS = ['joinGroup', 'joinGroup', 'leaveGroup', 'block', 'unblock', 'read', 'sync', 'restart', 'wipe'] as const;

export function drawTalk(random: Random, { others, groups }: Company): TalkAct {
  const group = random.pick(groups);
  const user = random.pick(others);
  if (random.chance(WRITING)) {
    return { talk: 'write', target: random.chance(0.5) ? { to: user } : { group } };
  }
  const talk = random.pick(KINDS);
  if (talk === 'joinGroup' || talk === 'leaveGroup') return { talk, group };
  if (talk === 'block' || talk === 'unblock') return { talk, user };
  return { talk };
}
