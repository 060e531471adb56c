/**
 * Which permissions a DynamoDB request needs: its action, on each resource that it touches (Service Authorization
 * Reference, "Actions, resources, and condition keys for Amazon DynamoDB").
 */
import type { Location } from '../app/description';
import type { Access } from '../iam/policy';

type Body = Readonly<Record<string, unknown>>;

/** A transaction needs what its parts would need alone ("Amazon DynamoDB Transactions: how it works", IAM). */
const ACTION_OF_PART: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** Their statements are text, and what they touch is not known without reading it. */
const PARTIQL = ['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'];

export function isPartiQl(operation: string): boolean {
  return PARTIQL.includes(operation);
}

/** An operation that names no table is on `*`, as ListTables is. A malformed part needs nothing: the engine refuses it. */
export function accessesOf(operation: string, request: unknown, place: Location): readonly Access[] {
  const body = recordOf(request);
  switch (operation) {
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return listOf(body.TransactItems).flatMap((item) => partsOf(recordOf(item), place));
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(recordOf(body.RequestItems)).map((table) => access(operation, arnOfTable(table, place)));
    default:
      return [access(operation, resourceOf(body, place))];
  }
}

function partsOf(item: Body, place: Location): readonly Access[] {
  return Object.entries(item).flatMap(([kind, part]) => {
    const action = Object.hasOwn(ACTION_OF_PART, kind) ? ACTION_OF_PART[kind] : undefined;
    return action === undefined ? [] : [access(action, resourceOf(recordOf(part), place))];
  });
}

function resourceOf(
  { TableName: table, IndexName: index, StreamArn: stream, ResourceArn: arn }: Body,
  place: Location,
) {
  if (typeof table !== 'string') return [stream, arn].find((given) => typeof given === 'string') ?? '*';
  const tableArn = arnOfTable(table, place);
  return typeof index === 'string' ? `${tableArn}/index/${index}` : tableArn;
}

/** A table may be named by its ARN, too. */
function arnOfTable(table: string, { region, accountId }: Location): string {
  return table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
}

function access(operation: string, resource: string): Access {
  return { action: `dynamodb:${operation}`, resource };
}

function recordOf(value: unknown): Body {
  return typeof value === 'object' && value !== null ? (value as Body) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
