import { accounts, connections } from '../src/adapters/dynamodb/stores';
import { commandHandler } from '../src/adapters/lambda/command-handler';
import { stores } from '../src/adapters/lambda/ports';
import { commonPasswords } from '../src/adapters/node/common-passwords';
import { lookalikes } from '../src/adapters/node/lookalikes';
import { passwords } from '../src/adapters/node/passwords';
import { tokens } from '../src/adapters/node/tokens';
import * as routes from '../src/routes';

export const handler = commandHandler(routes.reg, {
  ...stores({ accounts, connections }),
  commonPasswords,
  lookalikes,
  passwords,
  tokens,
});
