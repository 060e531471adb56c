import { accountsIn } from './accounts';
import { blocksIn } from './blocks';
import { connectionsIn } from './connections';
import { friendsIn } from './friends';
import { groupsIn } from './groups';
import { inboxesIn } from './inboxes';
import { logIn } from './log';
import { loginAttemptsIn } from './login-attempts';
import { presenceIn } from './presence';
import type { Tables } from './tables';

/**
 * The stores over plain maps, each method one synchronous step: what the simulator runs on. One contract suite and a
 * differential test hold them equal to the adapters of DynamoDB.
 */
export function storesIn(tables: Tables) {
  return {
    accounts: accountsIn(tables),
    attempts: loginAttemptsIn(tables),
    connections: connectionsIn(tables),
    presence: presenceIn(tables),
    friends: friendsIn(tables),
    blocks: blocksIn(tables),
    groups: groupsIn(tables),
    log: logIn(tables),
    inboxes: inboxesIn(tables),
  };
}

export type Stores = ReturnType<typeof storesIn>;
