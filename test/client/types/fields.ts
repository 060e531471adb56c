/** The client says by itself what a command's fields are; here they are held to the schemas. Checked by `npm run check:types`, never run. */
import type { Action, DevicesFields, GroupFields, PageFields, Plain } from '../../../client/types';
import type { Command, Action as ServerAction } from '../../../src/protocol/commands';

type Fields<A extends ServerAction> = Plain<Omit<Command<A>, 'action' | 'ref'>>;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

export const same: readonly true[] = [
  true satisfies Same<Action, ServerAction>,
  true satisfies Same<PageFields, Fields<'history'>>,
  true satisfies Same<GroupFields, Fields<'createGroup'>>,
  true satisfies Same<DevicesFields, Fields<'devices'>>,
];
