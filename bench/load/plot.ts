import { percentile } from '../report/percentile';

export interface Series {
  readonly name: string;
  readonly unit: string;
  /** `at` in milliseconds since the start. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

const WIDTH = 900;
const HEIGHT = 160;
const MARGIN = { left: 70, right: 20, top: 28, bottom: 24 } as const;

/** One panel under the other, each with the median and the 99th percentile of every second, on one axis of time. */
export function toPlot(panels: readonly Series[], durationMs: number): string {
  const height = panels.length * HEIGHT;
  const body = panels.map((panel, index) => panelAt(panel, index * HEIGHT, durationMs)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${body}</svg>\n`;
}

function panelAt({ name, unit, points }: Series, top: number, durationMs: number): string {
  const buckets = perSecond(points);
  const highest = Math.max(1, ...buckets.map(({ p99 }) => p99));
  const x = (at: number) => MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * at) / Math.max(1, durationMs);
  const y = (value: number) => top + HEIGHT - MARGIN.bottom - (HEIGHT - MARGIN.top - MARGIN.bottom) * (value / highest);
  const line = (key: 'p50' | 'p99', colour: string) => {
    const path = buckets.map((bucket) => `${x(bucket.at).toFixed(1)},${y(bucket[key]).toFixed(1)}`).join(' ');
    // A round end shows a single second as well, which has no length.
    return `<polyline points="${path} ${path.split(' ').at(-1) ?? ''}" fill="none" stroke="${colour}" stroke-width="2" stroke-linecap="round"/>`;
  };
  const label = `<text x="${MARGIN.left}" y="${top + 18}" font-weight="bold">${name}, ${unit}</text>`;
  const axis = `<path d="M${MARGIN.left} ${top + MARGIN.top}V${top + HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}" fill="none" stroke="#888"/>`;
  const scale = `<text x="${MARGIN.left - 6}" y="${y(highest) + 4}" text-anchor="end">${Math.round(highest)}</text><text x="${MARGIN.left - 6}" y="${y(0) + 4}" text-anchor="end">0</text>`;
  const times = `<text x="${x(durationMs)}" y="${top + HEIGHT - 8}" text-anchor="end">${Math.round(durationMs / 1000)} s · blue: median · red: 99th percentile</text>`;
  return label + axis + scale + times + line('p99', '#c33') + line('p50', '#36c');
}

function perSecond(points: Series['points']): readonly { at: number; p50: number; p99: number }[] {
  const seconds = new Map<number, number[]>();
  for (const { at, value } of points) {
    const second = Math.floor(at / 1000);
    seconds.set(second, [...(seconds.get(second) ?? []), value]);
  }
  return [...seconds]
    .sort(([one], [other]) => one - other)
    .map(([second, values]) => ({ at: second * 1000, p50: percentile(values, 0.5), p99: percentile(values, 0.99) }));
}
