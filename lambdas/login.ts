import {
  accounts,
  attempts,
  connections,
  friendLists,
  groupLists,
  inboxLists,
  log,
  presence,
} from '../src/adapters/dynamodb/stores';
import { commandHandler } from '../src/adapters/lambda/command-handler';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { principalOf } from '../src/adapters/lambda/principal';
import { passwords } from '../src/adapters/node/passwords';
import { tokens } from '../src/adapters/node/tokens';
import * as routes from '../src/routes';

export const handler = commandHandler(
  routes.login,
  {
    ...stores({
      accounts,
      attempts,
      connections,
      friends: friendLists,
      groups: groupLists,
      inboxes: inboxLists,
      log,
      presence,
    }),
    ...sockets(),
    passwords,
    tokens,
  },
  principalOf,
);
