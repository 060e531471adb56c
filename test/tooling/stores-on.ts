import type { Database } from '../../src/adapters/dynamodb/database';
import * as stores from '../../src/adapters/dynamodb/stores';
import { portsOn } from '../../src/adapters/lambda/ports';
import type { Settings } from '../../src/domain/ports/ports';

/** What all Lambdas together have: clock, chance, settings and every store of one database. */
export function storesOn(database: Database, settings?: Settings) {
  const { friendLists: _, groupLists: __, inboxLists: ___, ...whole } = stores;
  return portsOn(whole, database, settings);
}
