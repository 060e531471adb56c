import { normaliseOrigin, type Origin } from '../../protocol/origin';

/** A JSON list of origins, perhaps an empty one. */
const VARIABLE = 'ALLOWED_ORIGINS';

/** The sites whose pages may connect: all, if the stack sets no list. Read when the Lambda starts, so that what is no list fails at once. */
export function allowedOrigins(): { readonly allowedOrigins?: ReadonlySet<Origin> } {
  const text = process.env[VARIABLE];
  if (text === undefined) return {};
  const origins = listOf(text)?.map((origin) => normaliseOrigin(String(origin)));
  if (origins?.every((origin) => origin !== undefined)) return { allowedOrigins: new Set(origins) };
  throw new Error(`The environment variable ${VARIABLE} must be a JSON list of origins, not ${JSON.stringify(text)}.`);
}

function listOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
