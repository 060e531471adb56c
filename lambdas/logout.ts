import { commandHandler } from '../src/adapters/lambda/command-handler';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { tokens } from '../src/adapters/node/tokens';
import { routes } from '../src/routes';

export const handler = commandHandler(routes.logout, { ...stores(), ...sockets(), tokens });
