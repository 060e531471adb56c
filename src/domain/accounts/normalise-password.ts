/** A password as guessers' lists have it: without what people vary first. Its hash is another matter: there, case counts. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC').toLowerCase();
}
