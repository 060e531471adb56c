import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ClearError } from '../process/clear-error';

/** An account has at most 10 000 tables in a region by default; a page has 100. */
const PAGES_MAX = 100;

export interface TableNames {
  readonly chat: string;
  readonly connections: string;
}

/**
 * CloudFormation names a table `Stack-LogicalId-RANDOM`, and the CDK a logical id `ChatApiChat` + eight hex digits.
 *
 * @throws ClearError if the stack has not exactly one table of each.
 */
export async function findTables(client: DynamoDBClient, stackName: string): Promise<TableNames> {
  const names = await listTableNames(client, `${stackName}-`);
  const only = (construct: string) => {
    const pattern = new RegExp(`^\\w*${construct}[0-9A-F]{8}-[^-]+$`);
    const found = names.filter((name) => pattern.test(name.slice(stackName.length + 1)));
    const [first] = found;
    if (first !== undefined && found.length === 1) return first;
    throw new ClearError(
      `stack ${stackName} has ${found.length === 0 ? 'no' : 'more than one'} ${construct} table there` +
        `${found.length === 0 ? ': is the name of the stack right?' : `: ${found.join(', ')}`}`,
    );
  };
  return { chat: only('Chat'), connections: only('Connections') };
}

/** All pages: nothing promises that names come in order. */
async function listTableNames(client: DynamoDBClient, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { TableNames: found = [], LastEvaluatedTableName: last } = await client.send(
      new ListTablesCommand(after === undefined ? {} : { ExclusiveStartTableName: after }),
    );
    names.push(...found.filter((name) => name.startsWith(prefix)));
    if (last === undefined) return names;
    after = last;
  }
  throw new ClearError(`the account has more than ${PAGES_MAX} pages of tables: that is more than we look through`);
}
