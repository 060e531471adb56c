import { describe, expect, it } from '@jest/globals';
import { Checkpoints } from '../../../local/sources/checkpoints';
import { Progress } from '../../../local/sources/progress';
import { laneOf } from '../../../local/sources/streams';

describe('progress', () => {
  it('moves over what is done without a gap', () => {
    const moves: string[] = [];
    const progress = new Progress((position) => moves.push(position));
    for (const position of ['1', '2', '3', '4']) progress.begin(position);

    progress.end(['2', '3']);
    progress.end(['1']);
    progress.end(['4']);

    expect(moves).toEqual(['3', '4']);
    expect(progress.outstanding).toBe(0);
  });
});

describe('checkpoints', () => {
  it('are kept in memory when there is no file', () => {
    const checkpoints = new Checkpoints();
    const checkpoint = { streamArn: 'arn', shardId: 'shard', sequenceNumber: '7' };

    checkpoints.set('Mapping', checkpoint);

    expect(checkpoints.get('Mapping')).toEqual(checkpoint);
    expect(checkpoints.get('Other')).toBeUndefined();
  });
});

describe('lanes', () => {
  it('keep a key where it is, and are all used', () => {
    const used = new Set(Array.from({ length: 200 }, (_, n) => laneOf(`key ${n}`, 10)));

    expect(used.size).toBe(10);
    expect(laneOf('key 1', 10)).toBe(laneOf('key 1', 10));
  });
});
