/** Figures of one thing at several sizes, from the smallest to the largest: one, if it does not grow. */
export function bySize(figures: readonly string[]): string {
  return new Set(figures).size === 1 ? String(figures[0]) : figures.join(' · ');
}

/** With commas, and so many decimals; by default one where there is any. */
export function grouped(value: number, digits = 0): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: Math.max(1, digits) });
}
