import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ClearError } from '../process/clear-error';
import { findFreePort } from '../process/free-port';
import { type EngineCommand, findEngineCommand } from './engine-command';

/** Another program takes a port between our finding and the engine's binding it: rare once, absurd three times. */
const PORT_ATTEMPTS_MAX = 3;

/** The supervisor's own bound is 3 s; after this, we end it and its engine ourselves. */
const STOP_MS_MAX = 5_000;

/** What an engine that fails to start has to say fits in a line or two. */
const WORDS_MAX = 4_000;

const WHAT_TO_DO =
  'run `npm ci` again without --omit=optional, install dynoxide, or pass --database with the URL of another DynamoDB';

export interface Engine {
  readonly url: string;
  /** Settles, with its last words, when the engine ends without having been asked to. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

interface EngineOptions {
  /** Undefined keeps everything in memory. */
  readonly databaseFile?: string;
  readonly command?: EngineCommand | undefined;
  /** Called with each process as soon as it runs, so that whoever gives up meanwhile can end it. */
  readonly onStarted?: (close: () => Promise<void>) => void;
}

/**
 * Starts the embedded DynamoDB on a free port of the loopback interface, and waits until it listens.
 *
 * @throws ClearError if there is no binary, or if it ends or stays silent instead of listening.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const command = 'command' in options ? options.command : findEngineCommand();
  if (command === undefined) throw new ClearError(`no embedded database found: ${WHAT_TO_DO}`);
  for (let attempt = 1; ; attempt += 1) {
    const supervised = supervise(command, await findFreePort(), options.databaseFile);
    options.onStarted?.(supervised.close);
    const outcome = await supervised.listening;
    if ('url' in outcome) return { url: outcome.url, ended: supervised.ended, close: supervised.close };
    await supervised.close();
    if (attempt < PORT_ATTEMPTS_MAX && /in use/i.test(outcome.words)) continue;
    throw new ClearError(`the embedded database did not start (${lastLine(outcome.words)}): ${WHAT_TO_DO}`, {
      details: outcome.words,
    });
  }
}

type Outcome = { readonly url: string } | { readonly words: string };

interface Supervised {
  readonly listening: Promise<Outcome>;
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

function supervise(engine: EngineCommand, port: number, databaseFile: string | undefined): Supervised {
  const where = ['--host', '127.0.0.1', '--port', String(port)];
  const args = [...engine.args, 'serve', ...where, ...(databaseFile === undefined ? [] : ['--db-path', databaseFile])];
  // Detached, so that the terminal's Ctrl-C does not end the database before the last $disconnect has written to it.
  const child = spawn(process.execPath, [require.resolve('./supervisor.cjs'), engine.command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const words = collectWords(child);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= stop(child, exited);
    return closing;
  };
  const ended = exited.then(() => (closing === undefined ? words() : new Promise<string>(() => undefined)));
  const url = `http://127.0.0.1:${port}`;
  return { listening: whenListening(child, { url, exited, words, startMsMax: engine.startMsMax }), ended, close };
}

// The engine says that it listens only once its port is its own, whereas an answer on the port might come from the
// stranger who took it.
async function whenListening(
  child: ChildProcess,
  { url, exited, words, startMsMax }: { url: string; exited: Promise<void>; words: () => string; startMsMax: number },
): Promise<Outcome> {
  const patience = new AbortController();
  const said = new Promise<Outcome>((resolve) => {
    // Its words come in pieces of any size, so the whole address is looked for, and none is read from them.
    const look = () => {
      if (words().includes(`listening on ${url}`)) resolve({ url });
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
  });
  const failed = exited.then(() => ({ words: words() }));
  const late = delay(startMsMax, { words: `it was silent for ${startMsMax} ms` }, { signal: patience.signal });
  try {
    return await Promise.race([said, failed, late]);
  } finally {
    patience.abort();
    late.catch(() => undefined);
  }
}

function collectWords(child: ChildProcess): () => string {
  let words = '';
  const add = (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-WORDS_MAX);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  child.once('error', (error) => {
    words += error.message;
  });
  return () => words.trim();
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.stdin?.end();
  const patience = new AbortController();
  const late = delay(STOP_MS_MAX, 'late' as const, { signal: patience.signal }).catch(() => undefined);
  if ((await Promise.race([exited, late])) === 'late') child.kill('SIGKILL');
  patience.abort();
}

function lastLine(words: string): string {
  return words.split('\n').at(-1) ?? '';
}
