import { accounts, connections, groupLists, inboxLists, presence } from '../src/adapters/dynamodb/stores';
import { commandHandler } from '../src/adapters/lambda/command-handler';
import { sockets, stores } from '../src/adapters/lambda/ports';
import * as routes from '../src/routes';

export const handler = commandHandler(routes.typing, {
  ...stores({ accounts, connections, groups: groupLists, inboxes: inboxLists, presence }),
  ...sockets(),
});
