import type { Checkpoints } from './checkpoints';
import type { StreamMapping } from './description';
import { PAGE_RECORDS_MAX } from './limits';
import type { RawRecord, StreamApi } from './stream-api';

export interface ReaderOptions {
  readonly api: StreamApi;
  readonly mapping: StreamMapping;
  readonly checkpoints: Checkpoints;
}

/**
 * A stream from a place on. The engines that run on a laptop have one open shard at a time, so the shards are read one
 * after the other, in the order of their lineage.
 */
export class StreamReader {
  readonly #options: ReaderOptions;
  readonly #streamArn: string;
  #shardId: string;
  #iterator: string;

  private constructor(
    options: ReaderOptions,
    streamArn: string,
    at: { readonly shardId: string; readonly iterator: string },
  ) {
    this.#options = options;
    this.#streamArn = streamArn;
    this.#shardId = at.shardId;
    this.#iterator = at.iterator;
  }

  /** Begins behind the checkpoint, or where the mapping says if there is none, or none of this stream. */
  static async open(options: ReaderOptions): Promise<StreamReader> {
    const { api, mapping, checkpoints } = options;
    const streamArn = await api.streamOf(mapping.tableName);
    const shards = await api.shardsOf(streamArn);
    const shard = mapping.startsAt === 'LATEST' ? shards.at(-1) : shards[0];
    if (shard === undefined) throw new Error(`the stream of ${mapping.tableName} has no shard`);
    const known = checkpoints.get(mapping.logicalId);
    const saved = known?.streamArn === streamArn ? known : undefined;
    const shardId = saved?.shardId ?? shard.ShardId;
    const iterator = await (saved === undefined
      ? api.iterator({ streamArn, shardId, type: mapping.startsAt })
      : after(api, { streamArn, shardId, sequenceNumber: saved.sequenceNumber }));
    const reader = new StreamReader(options, streamArn, { shardId, iterator });
    // LATEST means: since the mapping exists. A restart must not begin at a later "latest" than the first start did.
    const last = shard.SequenceNumberRange?.EndingSequenceNumber;
    if (saved === undefined && mapping.startsAt === 'LATEST' && last !== undefined) reader.reached(last);
    return reader;
  }

  get shardId(): string {
    return this.#shardId;
  }

  async read(): Promise<readonly RawRecord[]> {
    const { api } = this.#options;
    const { records, next } = await api.read(this.#iterator, PAGE_RECORDS_MAX);
    if (next !== undefined) this.#iterator = next;
    else await this.#nextShard();
    return records;
  }

  /** Everything up to here is done. */
  reached(sequenceNumber: string): void {
    const { checkpoints, mapping } = this.#options;
    checkpoints.set(mapping.logicalId, { streamArn: this.#streamArn, shardId: this.#shardId, sequenceNumber });
  }

  /** A closed shard is followed by its child, once there is one; until then it is read again, to no effect. */
  async #nextShard(): Promise<void> {
    const { api } = this.#options;
    const shards = await api.shardsOf(this.#streamArn);
    const next = shards[shards.findIndex(({ ShardId }) => ShardId === this.#shardId) + 1];
    const streamArn = this.#streamArn;
    this.#shardId = next?.ShardId ?? this.#shardId;
    const type = next === undefined ? 'LATEST' : 'TRIM_HORIZON';
    this.#iterator = await api.iterator({ streamArn, shardId: this.#shardId, type });
  }
}

/** A shard that is gone, or a record that was trimmed: what is left of the stream is all that can be had. */
async function after(
  api: StreamApi,
  {
    streamArn,
    shardId,
    sequenceNumber,
  }: { readonly streamArn: string; readonly shardId: string; readonly sequenceNumber: string },
): Promise<string> {
  try {
    return await api.iterator({ streamArn, shardId, type: 'AFTER_SEQUENCE_NUMBER', after: sequenceNumber });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TrimmedDataAccessException') throw error;
    return api.iterator({ streamArn, shardId, type: 'TRIM_HORIZON' });
  }
}
