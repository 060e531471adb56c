import { accounts, connections, inboxLists, log } from '../src/adapters/dynamodb/stores';
import { commandHandler } from '../src/adapters/lambda/command-handler';
import { sockets, stores } from '../src/adapters/lambda/ports';
import * as routes from '../src/routes';

export const handler = commandHandler(routes.sync, {
  ...stores({ accounts, connections, inboxes: inboxLists, log }),
  ...sockets(),
});
