/**
 * What runs inside an execution environment: Lambda's Node.js runtime, as a worker thread.
 *
 * The host bundles this file with what it imports and starts it from text: its own folder's files and Node's modules only.
 * It loads the handler, then answers one `invoke` at a time. Logs travel on the same port as the answers and therefore
 * never arrive after the answer of the invocation that wrote them; a thread's own stdout would give no such promise.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { type Cell, claim } from './claims';
import { type Line, Receiver, Sender } from './mailbox';
import { Unfinished } from './unfinished';

export interface RuntimeSettings {
  readonly codeDirectory: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly payloadBytesMax: number;
  readonly logCharsMax: number;
  /** See `claims.ts`. */
  readonly cell: Cell;
  readonly toRuntime: Line;
  readonly fromRuntime: Line;
}

/** The body is the event, as JSON. */
export interface ToRuntime {
  readonly awsRequestId: string;
  readonly number: number;
  readonly remainingMs: number;
}

export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: string;
}

interface Measured {
  readonly memoryBytes: number;
  /** The handler waited for nothing: only computed. */
  readonly atOnce: boolean;
}

/** The body is what was returned, as JSON, or what was logged. */
export type FromRuntime =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly stream: 'stdout' | 'stderr' }
  | ({ readonly kind: 'returned' } & Measured)
  | ({ readonly kind: 'failed' } & RuntimeError & Measured)
  | ({ readonly kind: 'crashed' } & RuntimeError);

type Callback = (error: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;

const settings: RuntimeSettings = workerData;
const unfinished = new Unfinished();
let logCharsLeft = settings.logCharsMax;

const inbox = new Receiver<ToRuntime>(settings.toRuntime);
const outbox = new Sender(settings.fromRuntime);

function post(message: FromRuntime, body?: string): void {
  outbox.send(message, body);
  if (outbox.wake()) parentPort?.postMessage('look');
}

/** Lambda's names for what a function can do wrong; `errorType` of anything else is the error's own name. */
function runtimeError(errorType: string, errorMessage: string, cause?: unknown): Error {
  return Object.assign(new Error(errorMessage, { cause }), { name: errorType });
}

/** Handlers throw anything, from Error to undefined; Lambda reports a name and a message for each. */
function describe(thrown: unknown): RuntimeError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: '' };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack ?? '' };
}

function forward(stream: 'stdout' | 'stderr', text: string): void {
  if (logCharsLeft <= 0) return;
  const kept = text.slice(0, logCharsLeft);
  logCharsLeft -= text.length;
  const isAll = logCharsLeft > 0;
  post({ kind: 'log', stream }, isAll ? kept : `${kept}\n(the rest of this invocation's log is left out)\n`);
}

function capture(stream: 'stdout' | 'stderr'): void {
  const write = (chunk: string | Uint8Array, second?: unknown, third?: () => void): boolean => {
    forward(stream, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const written = typeof second === 'function' ? second : third;
    if (written !== undefined) process.nextTick(written);
    return true;
  };
  process[stream].write = write as typeof process.stdout.write;
}

/** `index.handler` in `index.js`, `index.mjs` or `index.cjs`, in the order in which Lambda's own runtime looks. */
function handlerFile(): { file: string; exportPath: readonly string[] } {
  const [name, ...exportPath] = basename(settings.handler).split('.');
  if (!name || exportPath.length === 0) throw runtimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const base = join(settings.codeDirectory, dirname(settings.handler), name);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((path) => existsSync(path));
  if (!file) throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  return { file, exportPath };
}

async function importHandlerFile(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const { errorType, errorMessage } = describe(error);
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
      throw runtimeError('Runtime.ImportModuleError', errorMessage, error);
    if (errorType === 'SyntaxError') throw runtimeError('Runtime.UserCodeSyntaxError', errorMessage, error);
    throw error;
  }
}

/** A CommonJS module's exports are all under `default`; Node finds only some of them by name. */
function lookUp(exported: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => Object(value)[key], exported);
}

async function loadHandler(): Promise<Handler> {
  const { file, exportPath } = handlerFile();
  const exported = await importHandlerFile(file);
  const handler = lookUp(exported, exportPath) ?? lookUp(exported.default, exportPath);
  if (typeof handler === 'function') return handler as Handler;
  throw runtimeError('Runtime.HandlerNotFound', `${settings.handler} is undefined or not a function`);
}

function contextOf({ awsRequestId, remainingMs }: ToRuntime) {
  const deadline = performance.now() + remainingMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: settings.functionName,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: settings.logGroupName,
    logStreamName: settings.logStreamName,
    invokedFunctionArn: settings.functionArn,
    awsRequestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

interface Ended {
  readonly result: unknown;
  /** AWS lets a handler that answers through the callback end everything else first, unless it asked not to. */
  readonly isFrozen: boolean;
}

interface Invocation {
  readonly head: ToRuntime;
  readonly body: string;
}

/** A handler with a third parameter answers through it; any other answers with what it returns, or what that resolves to. */
function call(handler: Handler, { head, body }: Invocation): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const context = contextOf(head);
    const callback: Callback = (error, result) =>
      error ? reject(error) : resolve({ result, isFrozen: !context.callbackWaitsForEmptyEventLoop });
    const returned = handler(JSON.parse(body), context, callback);
    if (handler.length >= 3 && typeof Object(returned).then !== 'function') return;
    Promise.resolve(returned).then((result) => resolve({ result, isFrozen: true }), reject);
  });
}

function serialise(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw runtimeError(
      'Runtime.MarshalError',
      `Unable to stringify the response: ${describe(error).errorMessage}`,
      error,
    );
  }
}

interface Running {
  outcome?: Outcome;
  /** The handler waits for something: no promise alone has brought it to its end. */
  hasWaited: boolean;
}

/**
 * One invocation after the other, in steps that are callbacks of `setImmediate`: between two of them Node runs every promise
 * that can go on, so a handler that only computes has ended by the next step, with all that it left to promises; on AWS, too, these
 * run before the freeze. Then the thread stands still, whatever is pending, until there is a next invocation.
 */
class Invocations {
  readonly #handler: Handler;
  #running: Running | undefined;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  readonly step = (): void => {
    if (this.#running && !this.#end(this.#running)) return;
    const invocation = nextInvocation();
    const running: Running = { hasWaited: false };
    this.#running = running;
    setImmediate(this.step);
    logCharsLeft = settings.logCharsMax;
    unfinished.start();
    void outcomeOf(this.#handler, invocation).then((outcome) => {
      running.outcome = outcome;
      // One turn more: what promises still have to do may have waited for the same I/O.
      if (running.hasWaited) setImmediate(this.step);
    });
  };

  /** False if it still runs; somebody will call `step` again. */
  #end(running: Running): boolean {
    const { outcome, hasWaited } = running;
    running.hasWaited = true;
    if (!outcome) return false;
    if (!outcome.isFrozen && unfinished.isPending()) {
      unfinished.untracked(() => setTimeout(this.step, EMPTY_LOOP_POLL_MS));
      return false;
    }
    finish(outcome, { atOnce: !hasWaited });
    return true;
  }
}

/** Stands still until there is one that has not been taken back. */
function nextInvocation(): Invocation {
  for (;;) {
    const invocation = inbox.wait();
    if (claim(settings.cell, invocation.head.number)) return invocation;
  }
}

/** Node tells nobody that its event loop has nothing more to wait for while we listen to the host. */
const EMPTY_LOOP_POLL_MS = 1;

function finish({ message, payload, isFrozen }: Outcome, { atOnce }: { readonly atOnce: boolean }): void {
  const warnings = unfinished.end();
  if (isFrozen) for (const line of warnings) forward('stderr', `${line}\n`);
  post({ ...message, atOnce, memoryBytes: memory.bytes() }, payload);
}

/** Asking V8 takes longer than a short handler does, so it is not asked again within a few milliseconds. */
class Memory {
  #bytes = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  bytes(): number {
    const now = performance.now();
    if (now - this.#askedAt >= MEMORY_EVERY_MS) {
      const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
      this.#bytes = heap + external;
      this.#askedAt = now;
    }
    return this.#bytes;
  }
}

const MEMORY_EVERY_MS = 5;
const memory = new Memory();

interface Outcome {
  readonly message: { readonly kind: 'returned' } | ({ readonly kind: 'failed' } & RuntimeError);
  readonly payload?: string;
  readonly isFrozen: boolean;
}

async function outcomeOf(handler: Handler, invocation: Invocation): Promise<Outcome> {
  try {
    const { result, isFrozen } = await call(handler, invocation);
    const payload = serialise(result);
    const bytes = Buffer.byteLength(payload);
    if (bytes > settings.payloadBytesMax)
      throw runtimeError('Function.ResponseSizeTooLarge', `Response payload size (${bytes} bytes) exceeded maximum`);
    return { message: { kind: 'returned' }, payload, isFrozen };
  } catch (error) {
    return { message: { kind: 'failed', ...describe(error) }, isFrozen: true };
  }
}

/** The runtime cannot go on after any of these: it says why, and the environment is replaced. */
function crash(error: unknown, origin: string): void {
  const { errorType, errorMessage, trace } = describe(error);
  const type = origin === 'unhandledRejection' ? 'Runtime.UnhandledPromiseRejection' : errorType;
  post({ kind: 'crashed', errorType: type, errorMessage, trace });
  process.exit(129);
}

capture('stdout');
capture('stderr');
process.on('uncaughtException', crash);
// Without a listener, a handler that waits for nothing that Node knows of would end the thread instead of timing out.
parentPort?.on('message', () => undefined);
loadHandler().then(
  (handler) => {
    post({ kind: 'ready' });
    setImmediate(new Invocations(handler).step);
  },
  (error: unknown) => crash(error, 'init'),
);
