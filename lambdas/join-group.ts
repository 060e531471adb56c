import { accounts, connections, groups, inboxes, log, presence } from '../src/adapters/dynamodb/stores';
import { commandHandler } from '../src/adapters/lambda/command-handler';
import { fanOut, sockets, stores } from '../src/adapters/lambda/ports';
import * as routes from '../src/routes';

export const handler = commandHandler(routes.joinGroup, {
  ...stores({ accounts, connections, groups, inboxes, log, presence }),
  ...sockets(),
  ...fanOut(),
});
