import { accountsIn } from './accounts';
import { connectionsIn } from './connections';
import { friendsIn } from './friends';
import { inboxesIn } from './inboxes';
import { logIn } from './log';
import { presenceIn } from './presence';
import type { Tables } from './tables';

/**
 * The stores over plain maps, each method one synchronous step: what the simulator runs on. One contract suite and a
 * differential test hold them equal to the adapters of DynamoDB.
 */
export function storesIn(tables: Tables) {
  return {
    accounts: accountsIn(tables),
    connections: connectionsIn(tables),
    presence: presenceIn(tables),
    friends: friendsIn(tables),
    log: logIn(tables),
    inboxes: inboxesIn(tables),
  };
}

export type Stores = ReturnType<typeof storesIn>;
