import type { Units } from '../gateway/gateway-event';
import { isMetered, unitsOf, unitsOfRefusal } from './unit-meter';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export interface MeteredRequest {
  /** What to send to the engine. */
  readonly body: Buffer;
  /** What the engine's answer cost, and what the caller may see of it. */
  read(answer: Answer): { readonly units: Units; readonly body: Buffer };
}

/**
 * Makes a DynamoDB request tell what it consumes, and the answer look as if it had not been asked to.
 * `operation` is the last part of X-Amz-Target. A body that is not ours to change is passed on as it is.
 */
export function meterRequest(operation: string, body: Buffer): MeteredRequest {
  const request = isMetered(operation) ? parseObject(body) : undefined;
  if (request === undefined) return passedOn(operation, body);
  const asked = request.ReturnConsumedCapacity;
  const wasAsked = asked === 'TOTAL' || asked === 'INDEXES';
  const items = request.TransactItems;
  const transactItems = operation === 'TransactWriteItems' && Array.isArray(items) ? items.length : 0;
  return {
    body: wasAsked ? body : encode({ ...request, ReturnConsumedCapacity: 'TOTAL' }),
    read: (answer) => readAnswer(operation, answer, { wasAsked, transactItems }),
  };
}

function passedOn(operation: string, body: Buffer): MeteredRequest {
  return { body, read: (answer) => ({ units: unitsOf(operation, undefined), body: answer.body }) };
}

function readAnswer(
  operation: string,
  answer: Answer,
  { wasAsked, transactItems }: { wasAsked: boolean; transactItems: number },
): { readonly units: Units; readonly body: Buffer } {
  const response = parseObject(answer.body);
  if (response === undefined) return { units: unitsOf(operation, undefined), body: answer.body };
  if (answer.status !== 200) {
    return { units: unitsOfRefusal(errorTypeOf(response), transactItems), body: answer.body };
  }
  const { ConsumedCapacity: consumed, ...rest } = response;
  return { units: unitsOf(operation, consumed), body: wasAsked ? answer.body : encode(rest) };
}

/** `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException` → the part after the `#`. */
function errorTypeOf(response: Readonly<Record<string, unknown>>): string {
  return String(response.__type ?? '').replace(/^.*#/, '');
}

function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

// DynamoDB's numbers travel as strings, so nothing loses precision on the way through JSON.parse.
function encode(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
