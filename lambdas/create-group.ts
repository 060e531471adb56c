import { accounts, connections, groups, inboxes, presence } from '../src/adapters/dynamodb/stores';
import { commandHandler } from '../src/adapters/lambda/command-handler';
import { sockets, stores } from '../src/adapters/lambda/ports';
import * as routes from '../src/routes';

export const handler = commandHandler(routes.createGroup, {
  ...stores({ accounts, connections, groups, inboxes, presence }),
  ...sockets(),
});
