import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { BY_USER, EXPIRES_AT } from '../src/adapters/dynamodb/schema';
import { createBackups } from './backups';

export interface Tables {
  /** Which socket is whose; one row each. */
  readonly connections: Table;
  /** Accounts, presence, conversations, inboxes. */
  readonly chat: Table;
}

interface Keeping {
  readonly keepData: boolean;
  readonly dailyBackups?: Duration | undefined;
  readonly encryptionKey?: IKey | undefined;
}

/** The two tables of DESIGN.md §3, both on demand: a chat's load is not known beforehand. */
export function createTables(scope: Construct, { keepData, dailyBackups, encryptionKey }: Keeping): Tables {
  const shared = { billingMode: BillingMode.PAY_PER_REQUEST, ...encryptionBy(encryptionKey) };
  const tables = { connections: createConnections(scope, shared), chat: createChat(scope, { ...shared, keepData }) };
  if (dailyBackups) createBackups(scope, { table: tables.chat, keepFor: dailyBackups, encryptionKey });
  return tables;
}

/** DynamoDB always encrypts; by default with a key that AWS owns, which costs nothing and cannot be taken away. */
function encryptionBy(encryptionKey: IKey | undefined): Pick<TableProps, 'encryption' | 'encryptionKey'> {
  return encryptionKey ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey } : {};
}

type Shared = Pick<TableProps, 'billingMode' | 'encryption' | 'encryptionKey'>;

/** Short-lived: it goes with the stack. No TTL, because a silent delete would leave a user online for ever (P1). */
function createConnections(scope: Construct, shared: Shared): Table {
  const table = new Table(scope, 'Connections', {
    ...shared,
    partitionKey: { name: 'connectionId', type: AttributeType.STRING },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // It projects only what never changes, so that a heartbeat, which moves the lease, does not also write the index.
  table.addGlobalSecondaryIndex({
    indexName: BY_USER,
    partitionKey: { name: 'userId', type: AttributeType.STRING },
    sortKey: { name: 'connectedAt', type: AttributeType.NUMBER },
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ['sourceIp', 'userAgent'],
  });
  return table;
}

/** Durable: accounts and messages outlive the stack, and nobody deletes them by a slip, unless they were declared droppable. */
function createChat(scope: Construct, { keepData, ...shared }: Shared & { readonly keepData: boolean }): Table {
  return new Table(scope, 'Chat', {
    ...shared,
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    // Messages have it where they are not kept for ever, and failed logins, which are forgotten.
    timeToLiveAttribute: EXPIRES_AT,
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    deletionProtection: keepData,
  });
}
