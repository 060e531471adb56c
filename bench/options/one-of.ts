/** Reads one of some words. @throws with the option's name, and all of them. */
export function readOneOf<const Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw new Error(`--${option} must be one of ${words.join(', ')}, not ${JSON.stringify(text)}`);
}
