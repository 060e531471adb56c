import type { UserId } from './ids';
import { HANDLE_LENGTH_MAX } from './limits';
import { codePointLength } from './text';

// Marks belong to letters in many scripts (हिन्दी). Some "letters" and marks are invisible (the Hangul fillers, variation
// selectors): two handles that look the same would be two users.
const LETTERS_AND_DIGITS = /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/**
 * The id that a handle stands for: NFKC (so that full-width Ａ is A), lower-cased, and NFKC again, because lower-casing can
 * take a string out of that form (İ). Idempotent. See Unicode UAX #15, and RFC 8265 §3.3 for the same order of steps.
 */
export function normaliseHandle(handle: string): string {
  return handle.normalize('NFKC').toLowerCase().normalize('NFKC');
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A UUID as its 32 digits, which are as much of a name as a handle may have; anything else as it is. */
export function withoutUuidDashes(name: string): string {
  return UUID.test(name) ? name.replaceAll('-', '') : name;
}

/** Whether a normalised handle may be somebody's id: letters and digits of any script, 1 to HANDLE_LENGTH_MAX code points. */
export function isUserId(handle: string): handle is UserId {
  return LETTERS_AND_DIGITS.test(handle) && !INVISIBLE.test(handle) && codePointLength(handle) <= HANDLE_LENGTH_MAX;
}
