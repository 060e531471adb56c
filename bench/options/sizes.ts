/** Pairs are counted in twos; of more, the rows would not fit into the memory of most machines. */
const MIN = 4;
const MAX = 1_000_000;

/** Reads `10,1000`. @throws with the option's name if one of them is no even number from 4 to 1,000,000. */
export function readSizes(option: string, text: string): readonly number[] {
  return text.split(',').map((part) => {
    const size = Number(part);
    if (Number.isInteger(size) && size >= MIN && size <= MAX && size % 2 === 0) return size;
    throw new Error(
      `--${option} must be even numbers from ${MIN} to ${MAX}, with commas between, not ${JSON.stringify(text)}`,
    );
  });
}
