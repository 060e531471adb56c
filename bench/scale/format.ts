export function sizeOf(users: number): string {
  if (users >= 1e6 && users % 1e6 === 0) return `${users / 1e6} million`;
  return users >= 1e4 && users % 1e3 === 0 ? `${users / 1e3} thousand` : count(users);
}

export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** Of what is allowed: above 1 it does not pass. */
export function share(ratio: number): string {
  return ratio >= 10 ? count(ratio) : ratio.toPrecision(2);
}

export function significant(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
