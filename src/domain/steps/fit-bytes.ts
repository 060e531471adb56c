import { utf8Length } from '../../protocol/text';

/** The longest run from the start that fits: cutting messages anywhere else would leave a gap in a conversation. */
export function firstBytes<T>(list: readonly T[], bytesMax: number): readonly T[] {
  let bytes = 0;
  const cut = list.findIndex((element) => {
    bytes += bytesOf(element) + 1;
    return bytes > bytesMax;
  });
  return cut === -1 ? list : list.slice(0, cut);
}

/** As `firstBytes`, from the end. */
export function lastBytes<T>(list: readonly T[], bytesMax: number): readonly T[] {
  return firstBytes(list.toReversed(), bytesMax).toReversed();
}

/** As JSON, in UTF-8. */
export function bytesOf(value: unknown): number {
  return utf8Length(JSON.stringify(value));
}
