import { LOCAL_ACCESS_KEY_ID, LOCAL_REGION } from '../dynamodb/local-client';

/** A record as the engine has it. */
export interface RawRecord {
  readonly eventName: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime?: number;
    readonly Keys?: Readonly<Record<string, unknown>>;
    readonly NewImage?: Readonly<Record<string, unknown>>;
    readonly OldImage?: Readonly<Record<string, unknown>>;
    readonly SequenceNumber: string;
    readonly SizeBytes?: number;
    readonly StreamViewType?: string;
  };
  readonly userIdentity?: unknown;
}

export interface Shard {
  readonly ShardId: string;
  readonly SequenceNumberRange?: { readonly EndingSequenceNumber?: string };
}

export interface Page {
  readonly records: readonly RawRecord[];
  /** Undefined at the end of a closed shard. */
  readonly next: string | undefined;
}

export type IteratorType = 'LATEST' | 'TRIM_HORIZON' | 'AFTER_SEQUENCE_NUMBER';

export interface IteratorRequest {
  readonly streamArn: string;
  readonly shardId: string;
  readonly type: IteratorType;
  readonly after?: string;
}

/** The requests to DynamoDB Streams that reading a table's changes takes. */
export interface StreamApi {
  /** The newest stream of a table. @throws if it has none. */
  streamOf(tableName: string): Promise<string>;
  /** Oldest first. */
  shardsOf(streamArn: string): Promise<readonly Shard[]>;
  iterator(request: IteratorRequest): Promise<string>;
  read(iterator: string, limit: number): Promise<Page>;
}

/**
 * The engine's own API. It is asked directly: the proxy meters, permits and disturbs the requests of execution
 * environments, and these are Lambda's own, which cost a table nothing. What the role must allow is checked at start.
 */
export function streamApi(engineUrl: string): StreamApi {
  const streams = (operation: string, body: object) => send(engineUrl, `DynamoDBStreams_20120810.${operation}`, body);
  return {
    async streamOf(tableName) {
      const { Table: table } = await send(engineUrl, 'DynamoDB_20120810.DescribeTable', { TableName: tableName });
      const { LatestStreamArn: arn } = table as { readonly LatestStreamArn?: string };
      if (arn === undefined) throw new Error(`table ${tableName} has no stream`);
      return arn;
    },
    async shardsOf(streamArn) {
      const { StreamDescription: stream } = await streams('DescribeStream', { StreamArn: streamArn });
      return (stream as { readonly Shards?: readonly Shard[] }).Shards ?? [];
    },
    async iterator({ streamArn, shardId, type, after }) {
      const shard = { StreamArn: streamArn, ShardId: shardId, ShardIteratorType: type };
      const request = { ...shard, ...(after !== undefined && { SequenceNumber: after }) };
      return String((await streams('GetShardIterator', request)).ShardIterator);
    },
    async read(iterator, limit) {
      const page = await streams('GetRecords', { ShardIterator: iterator, Limit: limit });
      const { Records: records = [], NextShardIterator: next } = page as {
        readonly Records?: readonly RawRecord[];
        readonly NextShardIterator?: string;
      };
      return { records, next };
    },
  };
}

/** The engine checks no signature, but wants to see one. */
async function send(url: string, target: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${LOCAL_ACCESS_KEY_ID}/${date.slice(0, 8)}/${LOCAL_REGION}/dynamodb/aws4_request`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': date,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=local`,
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  if (response.ok) return answer;
  const name = String(answer.__type ?? response.status).replace(/^.*#/, '');
  throw Object.assign(new Error(String(answer.message ?? answer.Message ?? name)), { name });
}
