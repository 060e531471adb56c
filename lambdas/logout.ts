import { accounts, connections, presence } from '../src/adapters/dynamodb/stores';
import { commandHandler } from '../src/adapters/lambda/command-handler';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { tokens } from '../src/adapters/node/tokens';
import * as routes from '../src/routes';

export const handler = commandHandler(routes.logout, {
  ...stores({ accounts, connections, presence }),
  ...sockets(),
  tokens,
});
