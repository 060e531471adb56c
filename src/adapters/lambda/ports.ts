import { ratesFor } from '../../domain/frames/rates';
import { DEFAULT_SETTINGS } from '../../domain/ports/default-settings';
import type { Settings } from '../../domain/ports/ports';
import { COMMANDS_PER_SECOND } from '../../protocol/limits';
import { createSocketsClient, socketsOf } from '../api-gateway/sockets';
import { createClient, type Database } from '../dynamodb/database';
import { chance, clock } from '../node/clock-and-chance';
import { createQueueClient, fanOutTo } from '../sqs/fan-out';
import { optionalNumber, required, requiredNumber } from './environment';
import { concealed, meter, report } from './invocation';
import { timed } from './timed-ports';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What makes a store of a database. */
type Store = (database: Database) => object;

type Made<Stores extends Readonly<Record<string, Store>>> = {
  readonly [Name in keyof Stores]: ReturnType<Stores[Name]>;
};

/** Clock, chance, settings and these stores of one database. */
export function portsOn<Stores extends Readonly<Record<string, Store>>>(
  stores: Stores,
  database: Database,
  settings: Settings = DEFAULT_SETTINGS,
) {
  const made = Object.entries(stores).map(([name, store]) => [name, store(database)]);
  return { clock, chance, report, meter, settings, ...timed(Object.fromEntries(made) as Made<Stores>) };
}

function settings(): Settings {
  const retentionDays = optionalNumber('RETENTION_DAYS');
  return {
    passwords: process.env.PASSWORDS !== 'off',
    ...(retentionDays === undefined ? {} : { retentionMs: retentionDays * DAY_MS }),
    leaseMs: 1000 * requiredNumber('LEASE_SECONDS'),
    loginGraceMs: 1000 * requiredNumber('LOGIN_GRACE_SECONDS'),
    devicesMax: requiredNumber('DEVICES_MAX'),
    directMembersMax: requiredNumber('DIRECT_MEMBERS_MAX'),
    rates: ratesFor(optionalNumber('COMMANDS_PER_SECOND') ?? COMMANDS_PER_SECOND),
  };
}

/**
 * Clock, chance, settings and these stores, in the database that this Lambda's environment names. Called once, when the execution
 * environment starts.
 */
export function stores<Stores extends Readonly<Record<string, Store>>>(used: Stores) {
  const database = {
    client: createClient(),
    connectionsTable: required('CONNECTIONS_TABLE'),
    chatTable: required('CHAT_TABLE'),
  };
  return portsOn(used, database, settings());
}

/** The sockets behind this Lambda's callback URL. Apart from the stores, for Lambdas that need no client for it. */
export function sockets() {
  return timed({ sockets: concealed(socketsOf(createSocketsClient(required('CALLBACK_URL')), { report, meter })) });
}

/** The queue of large groups' deliveries. Apart from the stores, as the sockets are. */
export function fanOut() {
  return timed({ fanOut: fanOutTo(createQueueClient(), required('FAN_OUT_QUEUE_URL')) });
}
