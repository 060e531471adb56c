import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { BY_USER } from '../src/adapters/dynamodb/database';
import { EXPIRES_AT } from '../src/adapters/dynamodb/log';

export interface Tables {
  readonly connections: Table;
  readonly chat: Table;
}

/** The two tables of DESIGN.md §3, both on demand: a chat's load is not known beforehand. */
export function createTables(scope: Construct): Tables {
  return { connections: createConnections(scope), chat: createChat(scope) };
}

/** Short-lived: it goes with the stack. No TTL, because a silent delete would leave a user online for ever (P1). */
function createConnections(scope: Construct): Table {
  const table = new Table(scope, 'Connections', {
    partitionKey: { name: 'connectionId', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
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

/** Durable: accounts and messages outlive the stack unless somebody deletes them on purpose. */
function createChat(scope: Construct): Table {
  return new Table(scope, 'Chat', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    // Only messages ever have it, and only where they are not kept for ever.
    timeToLiveAttribute: EXPIRES_AT,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
