import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { captureLog } from '../tooling/capture-log';
import type * as handlers from '../tooling/handlers';

const VARIABLE = 'ALLOWED_ORIGINS';
const { logged, restore } = captureLog();

beforeEach(() => {
  logged.length = 0;
});
afterEach(() => {
  delete process.env[VARIABLE];
});
afterAll(restore);

/** The Lambda as it starts with this in its environment; and how many requests it made. */
async function connectWith(allowedOrigins: string | undefined, headers: Readonly<Record<string, string>>) {
  if (allowedOrigins !== undefined) process.env[VARIABLE] = allowedOrigins;
  let asked = 0;
  let answer: unknown;
  await jest.isolateModulesAsync(async () => {
    const { DynamoDBClient } = require('@aws-sdk/client-dynamodb') as typeof import('@aws-sdk/client-dynamodb');
    jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(async () => void asked++);
    const { connect } = require('../tooling/handlers') as typeof handlers;
    answer = await connect(headers);
  });
  return { answer, asked };
}

const LIST = '["https://chat.example.com"]';

describe('the Lambda of $connect', () => {
  it.each(['Origin', 'origin', 'ORIGIN'])(
    'refuses another origin with 403, and asks the database nothing: %s',
    async (name) => {
      const { answer, asked } = await connectWith(LIST, { [name]: 'https://evil.example' });

      expect(answer).toEqual({ statusCode: 403 });
      expect(asked).toBe(0);
    },
  );

  it('logs a refusal by ids, without what the client wrote', async () => {
    await connectWith(LIST, { Origin: 'https://evil.example' });

    expect(logged).toMatchObject([
      { level: 'INFO', message: 'refused', route: '$connect', requestId: 'r', connectionId: 'c', outcome: 'foreign' },
    ]);
    expect(JSON.stringify(logged)).not.toContain('evil');
  });

  it.each([{ Origin: 'https://chat.example.com' }, { 'User-Agent': 'wscat' }, {}])(
    'lets in the allowed origin, and whoever has none: %j',
    async (headers) => {
      expect(await connectWith(LIST, headers)).toEqual({ answer: { statusCode: 200 }, asked: 1 });
    },
  );

  it('lets in everybody without a list', async () => {
    const { answer } = await connectWith(undefined, { Origin: 'https://evil.example' });

    expect(answer).toEqual({ statusCode: 200 });
  });

  it.each(['', '*', '{}', '["*"]', '["https://a.example/"]', 'https://a.example'])(
    'does not start with what is no list of origins: %j',
    async (text) => {
      await expect(connectWith(text, {})).rejects.toThrow(
        `ALLOWED_ORIGINS must be a JSON list of origins, not ${JSON.stringify(text)}`,
      );
    },
  );
});
