import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

export const S = (value: string): AttributeValue.SMember => ({ S: value });
export const N = (value: number): AttributeValue.NMember => ({ N: String(value) });
export const SS = (...values: string[]): AttributeValue.SSMember => ({ SS: values });

// Our own writes make these attributes; one that is missing or of another type is a bug, and is told with its name.

export function text(item: Item, name: string): string {
  return optionalText(item, name) ?? missing(item, name);
}

export function optionalText(item: Item, name: string): string | undefined {
  return item[name]?.S;
}

export function number(item: Item, name: string): number {
  return optionalNumber(item, name) ?? missing(item, name);
}

export function optionalNumber(item: Item, name: string): number | undefined {
  const value = item[name]?.N;
  return value === undefined ? undefined : Number(value);
}

/** A set's elements. DynamoDB has no empty set: removing the last element removes the attribute. */
export function textSet(item: Item, name: string): readonly string[] {
  return item[name]?.SS ?? [];
}

function missing(item: Item, name: string): never {
  const key = JSON.stringify({ pk: item.pk?.S, sk: item.sk?.S, connectionId: item.connectionId?.S });
  throw new Error(`The item ${key} has no attribute ${name} of the expected type.`);
}
