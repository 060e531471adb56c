import type { Usage } from '../bill/month';

const DEFAULTS: Usage = { users: 1_000, devices: 1.5, hours: 4, messages: 40, ping: 45, friends: 20 };

/** For `parseArgs`. */
export const USAGE_OPTIONS = {
  users: { type: 'string' },
  devices: { type: 'string' },
  hours: { type: 'string' },
  messages: { type: 'string' },
  ping: { type: 'string' },
  friends: { type: 'string' },
} as const;

const RANGES: Readonly<Record<keyof Usage, { readonly min: number; readonly max: number }>> = {
  users: { min: 0, max: 1e9 },
  devices: { min: 1, max: 100 },
  hours: { min: 0, max: 24 },
  messages: { min: 0, max: 1e6 },
  // What the protocol takes for a heartbeat.
  ping: { min: 10, max: 540 },
  friends: { min: 0, max: 10_000 },
};

/** @throws with the name of one that is no number, or out of its range. */
export function readUsage(given: Readonly<Partial<Record<keyof Usage, string>>>): Usage {
  const entries = Object.entries(DEFAULTS) as [keyof Usage, number][];
  return Object.fromEntries(
    entries.map(([name, byDefault]) => [name, within(name, given[name] ?? String(byDefault))]),
  ) as unknown as Usage;
}

function within(name: keyof Usage, text: string): number {
  const { min, max } = RANGES[name];
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max) return value;
  throw new Error(`--${name} must be a number from ${min} to ${max}, not ${JSON.stringify(text)}`);
}
