import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { Database } from '../../src/adapters/dynamodb/database';
import { createDatabase, type Template } from './create-database';

export interface TestEngine {
  readonly name: string;
  readonly url: string | undefined;
  /** Why it is not there. */
  readonly missing: string;
}

export const dynoxide: TestEngine = {
  name: 'dynoxide',
  url: process.env.ROLLCALL_TEST_DYNOXIDE_URL,
  missing: process.env.ROLLCALL_TEST_DYNOXIDE_MISSING ?? 'it was not started',
};

/** AWS's own emulator. Its licence keeps it out of the dependencies: whoever has one names its endpoint. */
export const dynamoDbLocal: TestEngine = {
  name: 'DynamoDB Local',
  url: process.env.DYNAMODB_LOCAL_URL,
  missing: 'DYNAMODB_LOCAL_URL names no endpoint',
};

/**
 * A suite against a real engine, on tables of its own with the template's keys and indexes. Where the engine is missing,
 * one skipped test says why; in CI, which installs both, that is a failure.
 */
export function describeOn(engine: TestEngine, title: string, suite: (database: () => Database) => void): void {
  const { url } = engine;
  if (url === undefined) {
    const skip = process.env.CI ? it : it.skip;
    skip(`${title} (skipped: no ${engine.name}, ${engine.missing})`, () => {
      throw new Error(`CI installs ${engine.name}, but ${engine.missing}.`);
    });
    return;
  }
  describe(title, () => {
    let database: Database | undefined;
    beforeAll(async () => {
      database = await createDatabase(url, readTemplate());
    });
    afterAll(() => database?.client.destroy());
    suite(() => {
      if (!database) throw new Error('The database is only there while tests run.');
      return database;
    });
  });
}

export function readTemplate(): Template {
  return JSON.parse(readFileSync(String(process.env.ROLLCALL_TEST_TEMPLATE), 'utf8'));
}
