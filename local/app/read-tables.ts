import type { TableDescription } from './description';
import type { Resolve } from './intrinsics';
import { type Place, physicalNameOf } from './physical-names';
import { asRecord, type Resource, requireKnownProperties, Unsupported } from './template';

/** Fields that CloudFormation shares with CreateTable. */
const SHARED = [
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
] as const;

/**
 * What protects or watches a table in AWS, and changes nothing of what it answers. TTL deletes "within a few days" of an
 * item's time (DynamoDB Developer Guide, "Using time to live"): here those days have never passed.
 */
const IGNORED = [
  'TableName',
  'StreamSpecification',
  'TimeToLiveSpecification',
  'PointInTimeRecoverySpecification',
  'SSESpecification',
  'DeletionProtectionEnabled',
  'TableClass',
  'Tags',
  'ContributorInsightsSpecification',
  'OnDemandThroughput',
  'WarmThroughput',
  'ResourcePolicy',
];

/** A global table's replicas are one table, as long as one looks at it from one region. */
const IGNORED_OF_GLOBAL = ['Replicas', 'WriteOnDemandThroughputSettings'];

/** A table of the template, with the CreateTable request that makes it. */
export function readTable(resource: Resource, place: Place, resolve: Resolve): TableDescription {
  const isGlobal = resource.type === 'AWS::DynamoDB::GlobalTable';
  requireKnownProperties(resource, [...SHARED, ...IGNORED, ...(isGlobal ? IGNORED_OF_GLOBAL : [])]);
  if (isGlobal && resource.properties.BillingMode !== 'PAY_PER_REQUEST') {
    throw new Unsupported(resource, 'a global table with provisioned throughput is not supported locally');
  }
  const tableName = physicalNameOf(resource, place);
  const shared = SHARED.filter((name) => resource.properties[name] !== undefined).map(
    (name) => [name, resolve(resource.properties[name])] as const,
  );
  const stream = asRecord(resolve(resource.properties.StreamSpecification));
  const createTable = {
    TableName: tableName,
    ...Object.fromEntries(shared),
    ...(stream !== undefined && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.StreamViewType },
    }),
  };
  return { logicalId: resource.logicalId, tableName, createTable };
}
