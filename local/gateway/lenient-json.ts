/** Text in quotes, closed or not, so that nothing is read twice; or a name where a key stands. */
const TEXT_OR_KEY = /"(?:\\[\s\S]|[^"\\])*"?|([{,]\s*)([A-Za-z_$][\w$-]*)(?=\s*:)/g;

/**
 * JSON whose keys may lack their quotes, as one capture of AWS shows it.
 *
 * @throws SyntaxError for what is no JSON even so.
 */
export function parseLenientJson(text: string): unknown {
  return JSON.parse(text.replace(TEXT_OR_KEY, (all, before, key) => (key === undefined ? all : `${before}"${key}"`)));
}
