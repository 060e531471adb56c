import { createSocketsClient, socketsOf } from '../api-gateway/sockets';
import { accountsOn } from '../dynamodb/accounts';
import { connectionsOn } from '../dynamodb/connections';
import { createClient, type Database } from '../dynamodb/database';
import { inboxesOn } from '../dynamodb/inboxes';
import { logOn } from '../dynamodb/log';
import { presenceOn } from '../dynamodb/presence';
import { chance, clock } from '../node/clock-and-chance';
import { required } from './environment';
import { report } from './log';

/** Clock, chance and the stores of one database. */
export function storesOn(database: Database) {
  return {
    clock,
    chance,
    report,
    accounts: accountsOn(database),
    connections: connectionsOn(database),
    presence: presenceOn(database),
    log: logOn(database),
    inboxes: inboxesOn(database),
  };
}

/** The stores that this Lambda's environment names. Called once, when the execution environment starts. */
export function stores() {
  return storesOn({
    client: createClient(),
    connectionsTable: required('CONNECTIONS_TABLE'),
    chatTable: required('CHAT_TABLE'),
  });
}

/** The sockets behind this Lambda's callback URL. Apart from the stores, for Lambdas that need no client for it. */
export function sockets() {
  return { sockets: socketsOf(createSocketsClient(required('CALLBACK_URL')), report) };
}
