import { commandHandler } from '../src/adapters/lambda/command-handler';
import { sockets, stores } from '../src/adapters/lambda/ports';
import { routes } from '../src/routes';

export const handler = commandHandler(routes.history, { ...stores(), ...sockets() });
