import { ratesFor } from '../../domain/frames/rates';
import { DEFAULT_SETTINGS } from '../../domain/ports/default-settings';
import type { Settings } from '../../domain/ports/ports';
import { COMMANDS_PER_SECOND } from '../../protocol/limits';
import { createSocketsClient, socketsOf } from '../api-gateway/sockets';
import { accountsOn } from '../dynamodb/accounts';
import { blocksOn } from '../dynamodb/blocks';
import { connectionsOn } from '../dynamodb/connections';
import { createClient, type Database } from '../dynamodb/database';
import { friendsOn } from '../dynamodb/friends';
import { groupsOn } from '../dynamodb/groups';
import { inboxesOn } from '../dynamodb/inboxes';
import { logOn } from '../dynamodb/log';
import { loginAttemptsOn } from '../dynamodb/login-attempts';
import { presenceOn } from '../dynamodb/presence';
import { chance, clock } from '../node/clock-and-chance';
import { createQueueClient, fanOutTo } from '../sqs/fan-out';
import { optionalNumber, required, requiredNumber } from './environment';
import { concealed, meter, report } from './invocation';
import { timed } from './timed-ports';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Clock, chance, settings and the stores of one database. */
export function storesOn(database: Database, settings: Settings = DEFAULT_SETTINGS) {
  return {
    clock,
    chance,
    report,
    meter,
    settings,
    ...timed({
      accounts: accountsOn(database),
      attempts: loginAttemptsOn(database),
      connections: connectionsOn(database),
      presence: presenceOn(database),
      friends: friendsOn(database),
      blocks: blocksOn(database),
      groups: groupsOn(database),
      log: logOn(database),
      inboxes: inboxesOn(database),
    }),
  };
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

/** The stores that this Lambda's environment names. Called once, when the execution environment starts. */
export function stores() {
  const database = {
    client: createClient(),
    connectionsTable: required('CONNECTIONS_TABLE'),
    chatTable: required('CHAT_TABLE'),
  };
  return storesOn(database, settings());
}

/** The sockets behind this Lambda's callback URL. Apart from the stores, for Lambdas that need no client for it. */
export function sockets() {
  return timed({ sockets: concealed(socketsOf(createSocketsClient(required('CALLBACK_URL')), { report, meter })) });
}

/** The queue of large groups' deliveries. Apart from the stores, as the sockets are. */
export function fanOut() {
  return timed({ fanOut: fanOutTo(createQueueClient(), required('FAN_OUT_QUEUE_URL')) });
}
