import { accounts, attempts, connections, presence } from '../src/adapters/dynamodb/stores';
import { commandHandler } from '../src/adapters/lambda/command-handler';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { commonPasswords } from '../src/adapters/node/common-passwords';
import { passwords } from '../src/adapters/node/passwords';
import { tokens } from '../src/adapters/node/tokens';
import * as routes from '../src/routes';

export const handler = commandHandler(routes.passwd, {
  ...stores({ accounts, attempts, connections, presence }),
  ...sockets(),
  commonPasswords,
  passwords,
  tokens,
});
