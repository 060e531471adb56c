import { ClearError } from '../process/clear-error';

/** What can go wrong on purpose; `README.md` beside this file has an example of each. */
export const FAULT_NAMES = [
  'disconnect.lost',
  'disconnect.late',
  'disconnect.twice',
  'gone.false',
  'post.lost',
  'post.429',
  'lambda.crash',
  'lambda.throttle',
  'dynamodb.throttle',
  'dynamodb.conflict',
  'dynamodb.ambiguous',
  'stream.twice',
  'gsi.stale',
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

export interface FaultOptions {
  readonly seed: number;
  readonly probabilities: ReadonlyMap<FaultName, number>;
}

const SEED_MAX = 2 ** 32 - 1;

/**
 * `NAME=PROBABILITY`, several times or with commas. Undefined if there is none. A name that comes twice counts the last
 * time, so that a script's defaults can be overridden.
 *
 * @throws ClearError, one line, for a name or a number that is not understood.
 */
export function parseFaults(
  texts: readonly string[],
  seed: string | undefined,
  newSeed: () => number,
): FaultOptions | undefined {
  const chosen = seed === undefined ? undefined : parseSeed(seed);
  const parts = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  if (parts.length === 0) return undefined;
  return { seed: chosen ?? newSeed(), probabilities: new Map(parts.map(parseFault)) };
}

function parseFault(text: string): readonly [FaultName, number] {
  const [word = '', number = '', ...rest] = text.split('=');
  const name = FAULT_NAMES.find((known) => known === word);
  if (name === undefined) {
    throw new ClearError(`--fault ${text}: there is no fault "${word}". There are: ${FAULT_NAMES.join(', ')}`);
  }
  const probability = /^\d*\.?\d+$/.test(number) && rest.length === 0 ? Number(number) : Number.NaN;
  if (probability >= 0 && probability <= 1) return [name, probability];
  throw new ClearError(`--fault ${text}: write NAME=PROBABILITY, with a number from 0 to 1, as in ${name}=0.1`);
}

function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seed <= SEED_MAX) return seed;
  throw new ClearError(`--seed must be a whole number from 0 to ${SEED_MAX}, not "${text}". See --help.`);
}

/** One line to start the same again. */
export function faultsLine({ seed, probabilities }: FaultOptions): string {
  const faults = Array.from(probabilities, ([name, probability]) => `${name}=${probability}`).join(',');
  return `faults are on; the same again with: --fault ${faults} --seed ${seed}`;
}
