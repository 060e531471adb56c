import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AppDescription, LambdaDescription } from '../app/description';

export interface Comparison {
  /** What a running gateway cannot take over, in words: `routes`, `tables`, `the functions`, … */
  readonly restartFor: readonly string[];
  /** The functions that would behave otherwise, as they are now. */
  readonly changed: readonly LambdaDescription[];
}

/** What a new execution environment is made of. Anything else about a function is looked at elsewhere, too. */
const OF_ENVIRONMENT = ['codeDirectory', 'handler', 'environment', 'timeoutMs', 'memoryMb'];

/** By what the descriptions say, so that whatever they may say in future is compared as well. */
export function compareApps(before: AppDescription, after: AppDescription): Comparison {
  const restartFor = keysThatDiffer(before, after).filter((key) => key !== 'functions');
  if (!isDeepStrictEqual([...before.functions.keys()].sort(), [...after.functions.keys()].sort())) {
    restartFor.push('the list of functions');
  }
  const changed: LambdaDescription[] = [];
  for (const [id, lambda] of after.functions) {
    const differing = differences(before.functions.get(id), lambda);
    restartFor.push(...differing.filter((key) => !OF_ENVIRONMENT.includes(key)).map((key) => `${key} of ${id}`));
    if (differing.length > 0) changed.push(lambda);
  }
  return { restartFor, changed };
}

/** A code asset's folder is named after the hash of its content, and lies elsewhere with every synth. */
function differences(before: LambdaDescription | undefined, after: LambdaDescription): string[] {
  if (before === undefined) return [];
  const named = (lambda: LambdaDescription) => ({ ...lambda, codeDirectory: basename(lambda.codeDirectory) });
  return keysThatDiffer(named(before), named(after));
}

function keysThatDiffer(before: object, after: object): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.filter((key) => !isDeepStrictEqual(Reflect.get(before, key), Reflect.get(after, key)));
}
