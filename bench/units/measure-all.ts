import type { Database } from '../../src/adapters/dynamodb/database';
import { onDatabase, onEngine } from '../operations/on-engine';
import { measurePresence } from '../presence/units';
import type { Measured } from '../scale/load';
import { measureUnits } from './measure';

/** All that a bill is reckoned from, measured on an embedded engine. */
export function measureAll(): Promise<Measured> {
  return onEngine(async (url) => {
    const presence = await onDatabase(measurePresence, url);
    const ofOperations = async (database: Database) => {
      return { costs: await measureUnits(database), tables: { connections: database.connectionsTable } };
    };
    return { ...(await onDatabase(ofOperations, url)), presence };
  });
}
