import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, closeAll, refusal } from '../local/gateway/harness';
import { SERVE_MS_MAX, type ServedStack, serveStack } from '../tooling/served-stack';

/** What `npm start -- -c allowedOrigins=…` serves, asked as browsers ask: by real upgrades. */
describe('a stack with allowed origins', () => {
  let stack: ServedStack;

  beforeAll(async () => {
    const allowedOrigins = 'https://chat.example.com,http://localhost:3000';
    stack = await serveStack(join(__dirname, '../..'), { allowedOrigins });
  }, SERVE_MS_MAX);

  afterAll(async () => {
    await closeAll();
    await stack?.close();
  });

  it.each(['https://evil.example', 'null', 'https://chat.example.com.evil.example'])(
    'answers the upgrade with 403 to a page of %s',
    async (origin) => {
      expect(await refusal(stack.url, { origin })).toMatchObject({ status: 403 });
      expect(stack.events.at(-1)).toMatchObject({ routeKey: '$connect', status: 403, databaseRequests: 0 });
    },
  );

  it.each(['https://chat.example.com', 'http://localhost:3000', undefined])('lets in a page of %s', async (origin) => {
    const client = await Client.open(stack.url, origin === undefined ? {} : { origin });

    client.send({ action: 'login', user: 'nobody', password: 'correct horse', ref: 1 });

    expect(JSON.parse(await client.next())).toMatchObject({ type: 'error', code: 'wrong_credentials', ref: 1 });
  });
});
