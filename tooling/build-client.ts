/** Makes `client/dist/rollcall-client.mjs`: `npm run build:client`. */
import { join } from 'node:path';
import { bundleClient } from './bundle-client';

bundleClient(join(__dirname, '..'));
