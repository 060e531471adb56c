import { commandHandler } from '../src/adapters/lambda/command-handler';
import { stores } from '../src/adapters/lambda/ports';
import { commonPasswords } from '../src/adapters/node/common-passwords';
import { lookalikes } from '../src/adapters/node/lookalikes';
import { passwords } from '../src/adapters/node/passwords';
import { tokens } from '../src/adapters/node/tokens';
import { routes } from '../src/routes';

export const handler = commandHandler(routes.reg, { ...stores(), commonPasswords, lookalikes, passwords, tokens });
