/**
 * What runs inside an execution environment: Lambda's Node.js runtime, as a worker thread.
 *
 * The host bundles this file with what it imports and starts it from text: files of this project and Node's modules only.
 * It loads the handler, then runs one invocation at a time. Logs travel on the same line as the answers and therefore
 * never arrive after the answer of the invocation that wrote them; a thread's own stdout would give no such promise.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { claim } from '../claims';
import { Receiver, Sender } from '../mailbox';
import type { Invocation } from './call-handler';
import { describe } from './errors';
import { Invocations } from './invocations';
import { loadHandler } from './load-handler';
import { Log } from './log';
import { Memory } from './memory';
import type { FromRuntime, RuntimeSettings, ToRuntime } from './messages';

const settings: RuntimeSettings = workerData;
const inbox = new Receiver<ToRuntime>(settings.toRuntime);
const outbox = new Sender(settings.fromRuntime);
const memory = new Memory();
const log = new Log(settings.logCharsMax, (stream, text) => post({ kind: 'log', stream }, text));

function post(message: FromRuntime, body?: string): void {
  outbox.send(message, body);
  if (outbox.wake()) parentPort?.postMessage('look');
}

/** Stands still until there is one that has not been taken back. */
function next(): Invocation {
  for (;;) {
    const invocation = inbox.wait();
    if (claim(settings.cell, invocation.head.number)) return invocation;
  }
}

/** The runtime cannot go on after any of these: it says why, and the environment is replaced. */
function crash(error: unknown, origin: string): void {
  const { errorType, errorMessage, trace } = describe(error);
  const type = origin === 'unhandledRejection' ? 'Runtime.UnhandledPromiseRejection' : errorType;
  post({ kind: 'crashed', errorType: type, errorMessage, trace });
  process.exit(129);
}

log.capture('stdout');
log.capture('stderr');
process.on('uncaughtException', crash);
// Without a listener, a handler that waits for nothing that Node knows of would end the thread instead of timing out.
parentPort?.on('message', () => undefined);
loadHandler(settings).then(
  (handler) => {
    const invocations = new Invocations(handler, {
      ...{ settings, log, next },
      answer: ({ message, payload }, atOnce) => post({ ...message, atOnce, memoryBytes: memory.bytes() }, payload),
    });
    post({ kind: 'ready' });
    setImmediate(invocations.step);
  },
  (error: unknown) => crash(error, 'init'),
);
