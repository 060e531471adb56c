const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

export type Level = (typeof LEVELS)[number];

/** A level that somebody misspelt must not keep a function from running: it counts as INFO. */
const given = LEVELS.indexOf(process.env.LOG_LEVEL as Level);
const lowest = given < 0 ? LEVELS.indexOf('INFO') : given;

export function isLogged(level: Level): boolean {
  return LEVELS.indexOf(level) >= lowest;
}

/**
 * One JSON object on one line. Ids only: never what a client wrote. Not by `console`, into whose lines Lambda writes more:
 * CloudWatch takes metrics only from a line that is JSON from its first to its last character. With `level` and `timestamp`
 * (RFC 3339), Lambda leaves it as it is (Lambda Developer Guide, "Log-level filtering").
 */
export function write(level: Level, fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ level, timestamp: new Date(), ...fields })}\n`);
}
