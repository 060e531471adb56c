/** Reads a whole number. @throws with the option's name, and what it may be. */
export function readWhole(option: string, text: string, max: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`--${option} must be a whole number from 1 to ${max}, not ${JSON.stringify(text)}`);
}
