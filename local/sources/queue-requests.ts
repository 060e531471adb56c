import { createHash } from 'node:crypto';
import type { Queue } from './queue';
import { invalid, missing, QueueError } from './queue-error';
import { bytesOf, type MessageAttribute, type NewMessage } from './queue-message';

export type Fields = Readonly<Record<string, unknown>>;

/** What XML 1.0 allows: SQS refuses the rest, lone surrogates included. */
const BODY = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

/** A number of seconds within its range, in milliseconds. */
export function milliseconds(request: Fields, name: string, max: number): number | undefined {
  const value = request[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max) return 1000 * Number(value);
  throw invalid(value, name, `Must be between 0 and ${max}, if provided.`);
}

export function text(request: Fields, name: string): string {
  const value = request[name];
  if (typeof value === 'string' && value !== '') return value;
  throw missing(name);
}

/** The message of a SendMessage request, or of one entry of a batch. @throws QueueError */
export function newMessage({ description }: Queue, request: Fields): NewMessage {
  const body = text(request, 'MessageBody');
  if (!BODY.test(body))
    throw new QueueError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  const attributes = attributesOf(request.MessageAttributes);
  if (bytesOf({ body, attributes }) > description.bytesMax) {
    const message = `One or more parameters are invalid. Reason: Message must be shorter than ${description.bytesMax} bytes.`;
    throw new QueueError('InvalidParameterValue', message);
  }
  const delayMs = milliseconds(request, 'DelaySeconds', 900);
  if (description.isFifo && delayMs) throw ofOtherType(request, 'DelaySeconds');
  const { MessageSystemAttributes: system } = request;
  const traceHeader = attributesOf(system).AWSTraceHeader?.StringValue;
  return {
    ...{ body, attributes },
    ...(delayMs !== undefined && !description.isFifo && { delayMs }),
    ...(traceHeader !== undefined && { traceHeader }),
    ...orderOf(description, request, body),
  };
}

function orderOf(
  { isFifo, deduplicatesByContent }: Queue['description'],
  request: Fields,
  body: string,
): Pick<NewMessage, 'groupId' | 'deduplicationId'> {
  const { MessageDeduplicationId: given, MessageGroupId: group } = request;
  if (!isFifo) {
    if (given !== undefined) throw ofOtherType(request, 'MessageDeduplicationId');
    return typeof group === 'string' ? { groupId: group } : {};
  }
  const groupId = text(request, 'MessageGroupId');
  if (typeof given === 'string') return { groupId, deduplicationId: given };
  if (deduplicatesByContent) return { groupId, deduplicationId: createHash('sha256').update(body).digest('hex') };
  const message =
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';
  throw new QueueError('InvalidParameterValue', message);
}

function attributesOf(value: unknown): Readonly<Record<string, MessageAttribute>> {
  const entries = Object.entries(Object(value) as Readonly<Record<string, MessageAttribute>>);
  for (const [name, attribute] of entries) {
    if (!/^(String|Number|Binary)(\.|$)/.test(String(attribute?.DataType))) {
      const message = `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
      throw new QueueError('InvalidParameterValue', message);
    }
  }
  return Object.fromEntries(entries);
}

function ofOtherType(request: Fields, name: string): QueueError {
  return invalid(request[name], name, 'The request include parameter that is not valid for this queue type');
}
