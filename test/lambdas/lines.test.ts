import type { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type * as AwsMock from 'aws-sdk-client-mock';
import { captureLog } from '../tooling/capture-log';
import { emfErrors } from '../tooling/emf';
import type * as handlers from '../tooling/handlers';

const { logged, restore } = captureLog();

beforeEach(() => void logged.splice(0));
afterEach(() => {
  delete process.env.LOG_LEVEL;
});
afterAll(restore);

/** The Lambda as it starts at this level; the first request is in conflict with another, the second says who is bound. */
async function pingAt(
  level: string | undefined,
  ping: (load: typeof handlers) => Promise<unknown> = ({ ping }) => ping(),
) {
  if (level !== undefined) process.env.LOG_LEVEL = level;
  await jest.isolateModulesAsync(async () => {
    const sdk = require('@aws-sdk/client-dynamodb') as {
      DynamoDBClient: typeof DynamoDBClient;
      UpdateItemCommand: typeof UpdateItemCommand;
    };
    const { mockClient } = require('aws-sdk-client-mock') as typeof AwsMock;
    const conflict = Object.assign(new Error('conflict'), { name: 'TransactionConflictException' });
    mockClient(sdk.DynamoDBClient)
      .on(sdk.UpdateItemCommand)
      .rejectsOnce(conflict)
      .resolves({ Attributes: { userId: { S: 'ann' } } });
    await ping(require('../tooling/handlers') as typeof handlers);
  });
}

describe('an invocation', () => {
  it.each([undefined, 'INFO', 'VERBOSE'])(
    'is one line, with its ids, what came of it, and its metrics: %s',
    async (level) => {
      await pingAt(level);

      expect(logged).toEqual([
        {
          level: 'INFO',
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          route: 'ping',
          requestId: 'r',
          connectionId: 'c',
          message: 'answered',
          userId: 'ann',
          outcome: 'ok',
          durationMs: expect.any(Number),
          _aws: expect.any(Object),
          Api: 'Rollcall',
          Conflicts: 1,
        },
      ]);
      expect(logged.flatMap(emfErrors)).toEqual([]);
    },
  );

  it('has no metrics where nothing happened', async () => {
    await pingAt(undefined, async ({ ping }) => {
      await ping();
      logged.length = 0;
      await ping();
    });

    expect(logged).toMatchObject([{ message: 'answered', outcome: 'ok' }]);
    expect(logged[0]).not.toHaveProperty('_aws');
    expect(JSON.stringify(logged[0]).length).toBeLessThan(200);
  });

  it.each(['WARN', 'ERROR'])(
    'at the level %s is its metrics alone, and nothing where there are none',
    async (level) => {
      await pingAt(level, async ({ ping }) => {
        await ping();
        await ping();
      });

      expect(logged).toEqual([
        { level: 'INFO', timestamp: expect.any(String), _aws: expect.any(Object), Api: 'Rollcall', Conflicts: 1 },
      ]);
    },
  );

  it('at the level DEBUG also says that it began, and what it asked of the database', async () => {
    await pingAt('DEBUG');

    expect(logged).toMatchObject([
      { level: 'DEBUG', message: 'begun', route: 'ping', requestId: 'r', connectionId: 'c' },
      { level: 'INFO', message: 'answered', calls: { 'connections.touch': { count: 2, ms: expect.any(Number) } } },
    ]);
  });

  it('that is refused counts the code; what it reports on the way has its ids', async () => {
    const unknown = async ({ chat }: typeof handlers) => chat({ to: 'ann', text: '' });
    await pingAt(undefined, unknown);

    expect(logged).toMatchObject([{ message: 'answered', outcome: 'text_empty', Code: 'text_empty', Refused: 1 }]);
  });

  it('that fails ends with a line too, and Lambda hears of it', async () => {
    const failing = ({ disconnect }: typeof handlers) => disconnect();
    await expect(pingAt(undefined, failing)).rejects.toThrow();

    expect(logged).toMatchObject([
      { level: 'ERROR', route: '$disconnect', requestId: 'r', connectionId: 'c', errorType: 'TypeError', Faults: 1 },
    ]);
  });
});
