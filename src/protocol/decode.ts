import * as v from 'valibot';
import type { CommandSchema } from './commands';
import { ref as refSchema } from './fields';
import type { Ref } from './ids';
import { FRAME_BYTES_MAX } from './limits';
import { Refusal, type RefusalCode, refusals } from './refusal';
import { utf8Length } from './text';

/** A frame that is a JSON object with an action, before anything else about it is known. */
interface Frame {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly action: string;
  readonly ref: Ref | undefined;
}

/**
 * Reads raw text as far as any reply needs it: the action, and the `ref` to repeat (`undefined` if it has none that is
 * valid). Refuses `bad_frame`.
 */
export function parseFrame(frame: string): Frame {
  const fields = utf8Length(frame) > FRAME_BYTES_MAX ? undefined : parseObject(frame);
  if (typeof fields?.action !== 'string') throw new Refusal('bad_frame');
  return { fields, action: fields.action, ref: validRef(fields.ref) };
}

/** The command that a frame holds, by its route's schema; refuses `bad_field` or the field's own code. */
export function decodeCommand<S extends CommandSchema>(schema: S, frame: Frame): v.InferOutput<S> {
  const result = v.safeParse(schema, frame.fields, { abortEarly: true });
  if (result.success) return result.output;
  throw refusalOf(result.issues[0]);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // Not JSON, or nested too deeply for the parser's stack.
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function validRef(ref: unknown): Ref | undefined {
  const result = v.safeParse(refSchema, ref);
  return result.success ? result.output : undefined;
}

function refusalOf(issue: v.BaseIssue<unknown>): Refusal {
  if (isRefusalCode(issue.message)) return new Refusal(issue.message);
  return new Refusal('bad_field', { message: describe(issue) });
}

function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(refusals, text);
}

const NAME_SHOWN_MAX = 40; // An unknown field's name comes from the client; the reply shows enough to recognise it.

function describe(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue);
  if (field === null) return `${issue.message}.`;
  const name = JSON.stringify(field.slice(0, NAME_SHOWN_MAX));
  if (issue.type === 'strict_object' && issue.expected === 'never') return `There is no field ${name}.`;
  if (issue.received === 'undefined') return `The field ${name} is missing.`;
  if (issue.kind === 'schema')
    return `The field ${name} must be ${issue.expected === 'Array' ? 'an array' : `a ${issue.expected}`}, not ${article(issue.input)}.`;
  return `The field ${name} ${issue.message}.`;
}

function article(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'an array';
  return typeof input === 'object' ? 'an object' : `a ${typeof input}`;
}
