/** One for all: a header that is whole in its chunk, as nearly every one is, costs no allocation. */
const NOTHING = Buffer.alloc(0);

/**
 * API Gateway closes a connection that sends a frame of more than 32 KB with 1009, even as a part of a legal message
 * (Developer Guide, "Quotas"). `ws` bounds messages only, so this reads the frame headers (RFC 6455, section 5.2) from
 * the raw socket beside it. It keeps no payload: at most the 14 bytes of a header.
 */
export class FrameSniffer {
  readonly #frameBytesMax: number;
  #header = NOTHING;
  #payloadLeft = 0;
  #messages = 0;
  #oversizedMessage: number | undefined;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** How many messages precede the one with the oversized frame; these are still good. Undefined: none so far. */
  get oversizedMessage(): number | undefined {
    return this.#oversizedMessage;
  }

  read(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && this.#oversizedMessage === undefined) {
      const skipped = Math.min(this.#payloadLeft, rest.length);
      this.#payloadLeft -= skipped;
      rest = this.#readHeader(rest.subarray(skipped));
    }
  }

  /** Takes what belongs to the header, and gives back what follows it. */
  #readHeader(bytes: Buffer): Buffer {
    if (bytes.length === 0) return bytes;
    const taken = bytes.subarray(0, HEADER_BYTES_MAX - this.#header.length);
    const seen = this.#header === NOTHING ? taken : Buffer.concat([this.#header, taken]);
    const header = parseHeader(seen);
    if (!header) {
      // A copy: the chunk is up to 64 KB, and would be kept for the few bytes of it.
      this.#header = Buffer.from(seen);
      return bytes.subarray(taken.length);
    }
    const before = this.#header.length;
    this.#header = NOTHING;
    this.#begin(header);
    return bytes.subarray(header.headerBytes - before);
  }

  #begin({ payloadBytes, isControl, isFinal }: FrameHeader): void {
    this.#payloadLeft = payloadBytes;
    if (payloadBytes > this.#frameBytesMax) this.#oversizedMessage = this.#messages;
    else if (isFinal && !isControl) this.#messages += 1;
  }
}

/** Two bytes, up to eight of length, four of mask. */
const HEADER_BYTES_MAX = 14;

interface FrameHeader {
  readonly headerBytes: number;
  readonly payloadBytes: number;
  readonly isControl: boolean;
  readonly isFinal: boolean;
}

function parseHeader(bytes: Buffer): FrameHeader | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const shortLength = second & 0x7f;
  const lengthBytes = shortLength === 127 ? 8 : shortLength === 126 ? 2 : 0;
  const headerBytes = 2 + lengthBytes + (second & 0x80 ? 4 : 0);
  if (bytes.length < headerBytes) return undefined;
  const long = lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : undefined;
  const payloadBytes = long ?? (lengthBytes === 2 ? bytes.readUInt16BE(2) : shortLength);
  return { headerBytes, payloadBytes, isControl: (first & 0x08) !== 0, isFinal: (first & 0x80) !== 0 };
}
