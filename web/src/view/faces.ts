/** How many colours `avatar.css` has. */
const TINTS = 8;

/** What an avatar shows of a name: its first letter, as a person counts letters. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toLocaleUpperCase() ?? '?';
}

/** The same name has the same colour on every device. (FNV-1a: short, and names that differ little differ much.) */
export function tintOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0) % TINTS;
}
