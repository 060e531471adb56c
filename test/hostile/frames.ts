import type { Random } from '../simulation/random';
import { hostileName, hostileText32, hostileValue, Raw } from './values';

/** A frame before it is text: pairs, because a frame may name a field twice. */
export type Fields = readonly (readonly [name: string, value: unknown])[];

export function encode(fields: Fields): string {
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${encodeValue(value)}`).join(',')}}`;
}

function encodeValue(value: unknown): string {
  return value instanceof Raw ? value.json : JSON.stringify(value);
}

/** A frame that a correct one becomes in the hands of somebody who means harm. Each change alone may leave it correct. */
export function corrupt(random: Random, fields: Fields, names: readonly string[]): string {
  let changed = fields;
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count--) changed = changeField(random, changed, names);
  const text = encode(changed);
  return random.chance(0.12) ? corruptText(random, text) : text;
}

function changeField(random: Random, fields: Fields, names: readonly string[]): Fields {
  const kind = random.fraction();
  const at = random.whole(0, Math.max(0, fields.length - 1));
  // The action decides who gets the frame: mostly it stays, or nothing but the default route would be tried.
  const isKept = fields[at]?.[0] === 'action' && random.chance(0.8);
  if (isKept || kind < 0.45) return replace(random, fields, random.pick(names));
  if (kind < 0.65) return fields.filter((_, index) => index !== at);
  if (kind < 0.8) return [...fields, [hostileName(random), hostileValue(random)]];
  if (kind < 0.9) return [...fields, [fields[at]?.[0] ?? 'action', hostileValue(random)]];
  return fields.toSorted(() => random.fraction() - 0.5);
}

/** Puts something hostile where the schema knows a field, whether or not the frame had it. */
function replace(random: Random, fields: Fields, name: string): Fields {
  const value = hostileValue(random);
  return [...fields.filter(([other]) => other !== name), [name, value]];
}

function corruptText(random: Random, text: string): string {
  const kind = random.fraction();
  const at = random.whole(0, text.length);
  if (kind < 0.3) return text.slice(0, at);
  if (kind < 0.5)
    return `${text.slice(0, at)}${random.pick(['"', '}', '\u0000', ',', '\\', '\ud800', ' '])}${text.slice(at)}`;
  if (kind < 0.6) return `${text}${text}`;
  if (kind < 0.7) return `[${text}]`;
  if (kind < 0.8) return `\ufeff${text}`;
  return hostileText32(random);
}

/** What a frame is to whoever reads it, if it is an object. */
export function commandIn(frame: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(frame);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
