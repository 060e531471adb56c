/**
 * Stands in for what the SDK reads dates with (lib/slim-sdk.ts): none of the answers that our Lambdas ask for has any, and five formats told
 * apart to the letter would be 5 KB.
 */
type Wire = string | number | null | undefined;

/** @throws TypeError for what is no date */
function toDate(value: Wire, unitMs = 1): Date | undefined {
  if (value === null || value === undefined) return undefined;
  const date = new Date(typeof value === 'number' ? value * unitMs : value);
  if (Number.isNaN(date.getTime())) throw new TypeError(`${JSON.stringify(value)} is no date.`);
  return date;
}

const fromText = (value: Wire) => toDate(value);
const fromSeconds = (value: Wire) => toDate(typeof value === 'string' ? Number(value) : value, 1_000);

export {
  fromSeconds as parseEpochTimestamp,
  fromText as parseRfc3339DateTime,
  fromText as parseRfc3339DateTimeWithOffset,
  fromText as parseRfc7231DateTime,
};

export function dateToUtcString(date: Date): string {
  return date.toUTCString();
}
