import { accountsContract } from './contract/accounts';
import { bindContract } from './contract/bind';
import { blocksContract } from './contract/blocks';
import { connectionsContract } from './contract/connections';
import { friendsContract } from './contract/friends';
import { groupsContract } from './contract/groups';
import { inboxesContract } from './contract/inboxes';
import { itemsOnceContract } from './contract/items-once';
import { leasesContract } from './contract/leases';
import { logContract } from './contract/log';
import { loginAttemptsContract } from './contract/login-attempts';
import { profilesContract } from './contract/profiles';
import { ratesContract } from './contract/rates';
import { releaseContract } from './contract/release';
import type { Engine } from './subjects';

/** What every implementation of the stores' ports does, whichever engine is behind it. */
export function storesContract(engine: Engine): void {
  connectionsContract(engine);
  leasesContract(engine);
  ratesContract(engine);
  bindContract(engine);
  releaseContract(engine);
  profilesContract(engine);
  friendsContract(engine);
  blocksContract(engine);
  accountsContract(engine);
  loginAttemptsContract(engine);
  logContract(engine);
  inboxesContract(engine);
  groupsContract(engine);
  itemsOnceContract(engine);
}
