import { createHash } from 'node:crypto';

/** As a request has it: `{ DataType, StringValue }` or `{ DataType, BinaryValue }`, the latter in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a sender gives. */
export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly delayMs?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly traceHeader?: string;
}

/** A message in its queue. */
export interface Message {
  readonly id: string;
  readonly sent: NewMessage;
  readonly sentAt: number;
  /** FIFO queues only: 20 digits that grow. */
  readonly sequenceNumber?: string;
  /** Where it came from, in a dead-letter queue. */
  readonly sourceArn?: string;
  /** How often it was received there. */
  readonly receivedBefore: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number;
  /** Of the newest receive; empty before. */
  receiptHandle: string;
}

export function md5(text: string | Buffer): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The digest over names, types and values, each behind its length, in the order of the names (SQS guide, "Calculating
 * the MD5 message digest for message attributes"). Undefined if there are none.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType: type = '', StringValue: text, BinaryValue: binary } = attributes[name] ?? { DataType: '' };
    const isBinary = type.startsWith('Binary');
    const value = isBinary ? Buffer.from(binary ?? '', 'base64') : Buffer.from(text ?? '');
    return [
      withLength(Buffer.from(name)),
      withLength(Buffer.from(type)),
      Buffer.of(isBinary ? 2 : 1),
      withLength(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function withLength(value: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, value]);
}

/** Body and attributes: what the size limits of SQS count. */
export function bytesOf({ body, attributes }: Pick<NewMessage, 'body' | 'attributes'>): number {
  const sizes = Object.entries(attributes).map(([name, { DataType: type, StringValue: text, BinaryValue: binary }]) => {
    const value = binary === undefined ? Buffer.byteLength(text ?? '') : Buffer.from(binary, 'base64').length;
    return Buffer.byteLength(name) + Buffer.byteLength(type) + value;
  });
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}
