import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrameSniffer } from '../../../local/gateway/frame-limits';

const FRAME_BYTES_MAX = 200;

interface Frame {
  readonly bytes: number;
  readonly isControl: boolean;
  readonly isFinal: boolean;
  readonly isMasked: boolean;
}

const frame = fc.record<Frame>({
  bytes: fc.oneof(fc.nat(130), fc.integer({ min: 195, max: 205 }), fc.nat(70_000)),
  isControl: fc.boolean(),
  isFinal: fc.boolean(),
  isMasked: fc.boolean(),
});

/** RFC 6455, section 5.2, written from the other side. */
function encode({ bytes, isControl, isFinal, isMasked }: Frame): Buffer {
  const first = (isFinal ? 0x80 : 0) | (isControl ? 0x9 : 0x1);
  const mask = isMasked ? 0x80 : 0;
  const length = Buffer.alloc(bytes < 126 ? 0 : bytes < 65_536 ? 2 : 8);
  if (length.length === 2) length.writeUInt16BE(bytes);
  if (length.length === 8) length.writeBigUInt64BE(BigInt(bytes));
  const short = length.length === 0 ? bytes : length.length === 2 ? 126 : 127;
  return Buffer.concat([Buffer.from([first, mask | short]), length, randomBytes(isMasked ? 4 : 0), randomBytes(bytes)]);
}

/** The messages that end before the first frame above the limit. */
function expectedOversized(frames: readonly Frame[]): number | undefined {
  const index = frames.findIndex(({ bytes }) => bytes > FRAME_BYTES_MAX);
  if (index < 0) return undefined;
  return frames.slice(0, index).filter(({ isControl, isFinal }) => isFinal && !isControl).length;
}

describe('the frame sniffer', () => {
  it('finds the first frame above the limit, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 12 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 400 })),
        (frames, cuts) => {
          const sniffer = new FrameSniffer(FRAME_BYTES_MAX);
          const stream = Buffer.concat(frames.map(encode));

          for (let start = 0; start < stream.length; ) {
            const end = start + (cuts.next().value ?? 1);
            sniffer.read(stream.subarray(start, end));
            start = end;
          }

          expect(sniffer.oversizedMessage).toBe(expectedOversized(frames));
        },
      ),
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), (chunks) => {
        const sniffer = new FrameSniffer(FRAME_BYTES_MAX);

        for (const chunk of chunks) sniffer.read(Buffer.from(chunk));

        expect(sniffer.oversizedMessage ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
