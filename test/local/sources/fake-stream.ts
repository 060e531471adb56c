import type { IteratorRequest, Page, RawRecord, Shard, StreamApi } from '../../../local/sources/stream-api';

/** A table's stream that a test writes: shards with records, of which the last one is open. */
export class FakeStream implements StreamApi {
  readonly shards: RawRecord[][] = [[]];
  arn = 'arn:engine:stream';
  /** How many records have been read. */
  given = 0;
  /** How many times it was asked for some. */
  reads = 0;
  /** Shards before this one are gone. */
  trimmed = 0;
  #sequence = 0;

  static of(...keys: readonly string[]): FakeStream {
    const stream = new FakeStream();
    for (const key of keys) stream.put(key);
    return stream;
  }

  put(pk: string, eventName = 'INSERT'): void {
    this.#sequence += 1;
    const Keys = { pk: { S: pk } };
    const dynamodb = { Keys, NewImage: { ...Keys, n: { N: String(this.#sequence) } } };
    const rest = { SequenceNumber: String(this.#sequence), ApproximateCreationDateTime: 1_893_456_000 };
    this.shards.at(-1)?.push({ eventName, dynamodb: { ...dynamodb, ...rest } });
  }

  /** Closes the shard; what is put from now on is in its child. */
  split(): void {
    this.shards.push([]);
  }

  async streamOf(): Promise<string> {
    return this.arn;
  }

  async shardsOf(): Promise<readonly Shard[]> {
    const shards = this.shards.map((records, index) => ({
      ShardId: `shard-${index}`,
      SequenceNumberRange: { EndingSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber ?? '0' },
    }));
    return shards.slice(this.trimmed);
  }

  async iterator({ shardId, type, after }: IteratorRequest): Promise<string> {
    const index = Number(shardId.replace('shard-', ''));
    const isTrimmed = index < this.trimmed;
    if (isTrimmed && type !== 'TRIM_HORIZON') {
      throw Object.assign(new Error('trimmed'), { name: 'TrimmedDataAccessException' });
    }
    const shard = isTrimmed ? this.trimmed : index;
    const records = this.shards[shard] ?? [];
    const behind = records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === after) + 1;
    return `${shard} ${type === 'LATEST' ? records.length : behind}`;
  }

  async read(iterator: string, limit: number): Promise<Page> {
    const [shard = 0, from = 0] = iterator.split(' ').map(Number);
    this.reads += 1;
    const records = (this.shards[shard] ?? []).slice(from, from + limit);
    this.given += records.length;
    const isEnd = shard < this.shards.length - 1 && records.length === 0;
    return { records, next: isEnd ? undefined : `${shard} ${from + records.length}` };
  }
}
