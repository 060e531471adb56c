/** Causes of causes that are told. */
const DEPTH_MAX = 5;

/** Shorter ones are in every sentence: without them no message could be read, and they tell nobody anything. */
const CONTENT_LENGTH_MIN = 3;

/** Fields of a frame that hold ids, which a log may have. */
const IDS: ReadonlySet<string> = new Set(['action', 'conversation', 'group', 'revoke', 'to', 'type', 'user']);

/** What JavaScript itself throws may quote the very value that it failed at, or a part of it: these two say what failed only. */
const FROM_JAVASCRIPT = /^(Eval|Range|Reference|Syntax|Type|URI)Error$/;
const QUOTES_NOTHING = /^Cannot read properties of (undefined|null) \(reading '\w+'\)$|^[\w$.]+ is not a function$/;

interface Told {
  readonly message: string;
  readonly errorType: string;
  readonly stack: string;
  readonly cause?: Told;
}

/**
 * An error as a log may have it: its type, its words, where it was thrown, and what was behind it. Whatever the frames hold
 * beside ids (a text, a password, a token) is taken out of the words.
 */
export function describeError(cause: unknown, frames: readonly (string | undefined)[]): Told {
  // The longest first: one may be a part of another.
  const contents = frames.flatMap(contentsOf).sort((one, other) => other.length - one.length);
  return describe(cause, contents, 1);
}

function describe(thrown: unknown, contents: readonly string[], depth: number): Told {
  const cause = thrown instanceof Error ? thrown : new Error(`A value that is no Error was thrown: ${typeof thrown}.`);
  const { name, message, stack = '' } = cause;
  const isUnsafe = FROM_JAVASCRIPT.test(name) && !QUOTES_NOTHING.test(message);
  const words = isUnsafe ? '(its words may quote what somebody wrote)' : without(contents, message);
  const frames = stack.split('\n').filter((line) => /^ +at /.test(line) && without(contents, line) === line);
  return {
    message: words,
    errorType: without(contents, name),
    stack: [`${without(contents, name)}: ${words}`, ...frames].join('\n'),
    ...(cause.cause !== undefined && depth < DEPTH_MAX && { cause: describe(cause.cause, contents, depth + 1) }),
  };
}

function without(contents: readonly string[], text: string): string {
  return contents.reduce((left, content) => left.replaceAll(content, '…'), text);
}

function contentsOf(frame = ''): readonly string[] {
  const found = [frame];
  try {
    JSON.parse(frame, (key, value) => {
      if (typeof value === 'string' && !IDS.has(key)) found.push(value);
      return value;
    });
  } catch {
    // No JSON: then the frame is all that there is.
  }
  return found.filter((content) => content.length >= CONTENT_LENGTH_MIN);
}
