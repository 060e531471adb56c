import { randomUUID } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import type { LambdaDescription } from '../app/description';
import { after, newCell, takeBack } from './claims';
import { type End, exited, failed, outOfMemoryOr } from './endings';
import { newAccessKeyId } from './environment-variables';
import type { Invocation, Report } from './invocation';
import { INIT_MS_MAX } from './limits';
import { LogBuffer } from './log-buffer';
import { newLine, Receiver, Sender } from './mailbox';
import type { FromRuntime, ToRuntime } from './runtime/messages';
import { startThread } from './start-thread';

export interface EnvironmentOptions {
  readonly extraEnvironment: Readonly<Record<string, string>>;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
  /** Called once, when the environment can serve no further invocation. */
  readonly onExit: (environment: ExecutionEnvironment) => void;
}

interface Job {
  readonly requestId: string;
  readonly event: string;
  readonly resolve: (invocation: Invocation | typeof NOT_BEGUN) => void;
  /** Its place in what the thread was sent; undefined until it was. */
  number: number | undefined;
  startedAt: number;
}

/** What becomes of an invocation that was queued behind another one and taken back: it has to go elsewhere. */
export const NOT_BEGUN = 'not-begun';

/**
 * One worker thread that runs one function, one invocation at a time. It ends with the first timeout, crash or exit, as
 * Lambda's sandboxes do; a handler that merely throws leaves it usable. Further invocations may be queued behind the one that
 * runs, since waking a thread for each costs more than a short handler does; `takeBack` returns those that have not begun.
 */
export class ExecutionEnvironment {
  readonly accessKeyId = newAccessKeyId();
  readonly #lambda: LambdaDescription;
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  readonly #logs = new LogBuffer();
  readonly #cell = newCell();
  readonly #toRuntime = newLine();
  readonly #fromRuntime = newLine();
  readonly #sender = new Sender(this.#toRuntime.writer);
  readonly #receiver = new Receiver<FromRuntime>(this.#fromRuntime.reader);
  /** In the order of their beginning; the first one runs, or is about to. */
  #jobs: Job[] = [];
  #nextNumber = 0;
  #state: 'starting' | 'ready' | 'dead' = 'starting';
  #timer: NodeJS.Timeout;
  #coldStart = true;
  readonly #createdAt: number;
  #initDurationMs = 0;
  #maxMemoryBytes = 0;
  #wasAtOnce = false;
  #isTimedOut = false;
  #isWaking = false;

  constructor(lambda: LambdaDescription, options: EnvironmentOptions) {
    this.#lambda = lambda;
    this.#options = options;
    this.#createdAt = options.now();
    this.#worker = startThread(lambda, {
      ...{ ...options, accessKeyId: this.accessKeyId, cell: this.#cell },
      ...{ toRuntime: this.#toRuntime.reader, fromRuntime: this.#fromRuntime.writer },
    });
    this.#timer = this.#timeOutAfter(INIT_MS_MAX);
    this.#worker.on('message', () => this.#receive());
    this.#worker.on('error', (error) => this.#die(outOfMemoryOr(error)));
    this.#worker.on('exit', (code) => this.#die(exited(code)));
    this.#receive();
  }

  /** Whether the last handler waited for nothing: only computed. */
  get wasAtOnce(): boolean {
    return this.#wasAtOnce;
  }

  /** How many invocations run here or are queued. */
  get load(): number {
    return this.#jobs.length;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  get #isDead(): boolean {
    return this.#state === 'dead';
  }

  /** Resolves to what became of it, and never rejects. `NOT_BEGUN` only for what was queued behind another invocation. */
  invoke(event: unknown): Promise<Invocation | typeof NOT_BEGUN> {
    return new Promise((resolve) => {
      const job = {
        requestId: randomUUID(),
        event: JSON.stringify(event ?? null),
        resolve,
        startedAt: this.#options.now(),
      };
      this.#accept({ ...job, number: undefined });
    });
  }

  /** Ends what is queued behind the invocation that runs with `NOT_BEGUN`. */
  takeBack(): void {
    const first = takeBack(this.#cell, this.#nextNumber);
    const index = this.#jobs.findIndex(({ number }) => number === first);
    if (index >= 0) for (const job of this.#jobs.splice(index)) job.resolve(NOT_BEGUN);
  }

  /** Lambda's `REPORT` line. Since August 2025 the init phase is billed, too. */
  #report(requestId: string, { durationMs, coldStart }: { durationMs: number; coldStart: boolean }): Report {
    const initDurationMs = coldStart ? this.#initDurationMs : 0;
    return {
      requestId,
      durationMs,
      billedDurationMs: Math.ceil(durationMs + initDurationMs),
      memorySizeMb: this.#lambda.memoryMb,
      maxMemoryUsedMb: Math.ceil(this.#maxMemoryBytes / 2 ** 20),
      ...(coldStart && { initDurationMs }),
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #accept(job: Job): void {
    if (this.#state !== 'dead') this.#jobs.push(job);
    if (this.#state === 'ready') this.#send(job);
    else if (this.#state === 'dead') this.#conclude(job, exited(1));
  }

  #send(job: Job): void {
    job.number = this.#nextNumber;
    this.#nextNumber = after(job.number);
    if (job === this.#jobs[0]) this.#begun(job);
    const { requestId, event, number } = job;
    const head: ToRuntime = { awsRequestId: requestId, number, remainingMs: this.#lambda.timeoutMs };
    this.#sender.send(head, event);
    this.#wakeSoon();
  }

  /** Once for all that one turn of the event loop brings: to wake a thread costs more than to answer a message. */
  #wakeSoon(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    setImmediate(() => {
      this.#isWaking = false;
      this.#sender.wake();
    });
  }

  /** The clock starts when the handler does: like Lambda's billed duration, it leaves out the init phase. */
  #begun(job: Job): void {
    job.startedAt = this.#options.now();
    this.#timer.refresh();
  }

  #timeOutAfter(ms: number): NodeJS.Timeout {
    // The thread itself keeps the process alive.
    return setTimeout(() => void this.#timeOut(), ms).unref();
  }

  #receive(): void {
    this.#receiver.drain((message, body) => this.#received(message, body));
  }

  #received(message: FromRuntime, body: string): void {
    switch (message.kind) {
      case 'ready':
        this.#becomeReady();
        return;
      case 'log':
        this.#logs.append(message.stream, body);
        return;
      case 'returned':
        this.#measured(message);
        this.#end({ outcome: 'returned', payload: JSON.parse(body) });
        return;
      case 'failed':
        this.#measured(message);
        this.#end(failed(message));
        return;
      case 'crashed':
        this.#die(failed(message));
        return;
    }
  }

  #measured({ memoryBytes, atOnce }: { readonly memoryBytes: number; readonly atOnce: boolean }): void {
    this.#maxMemoryBytes = Math.max(this.#maxMemoryBytes, memoryBytes);
    this.#wasAtOnce = atOnce;
  }

  #becomeReady(): void {
    this.#state = 'ready';
    this.#initDurationMs = this.#options.now() - this.#createdAt;
    clearTimeout(this.#timer);
    this.#timer = this.#timeOutAfter(this.#lambda.timeoutMs);
    for (const job of this.#jobs) this.#send(job);
  }

  /** The thread's end delivers the log lines that it had already sent, so the invocation waits for it. */
  async #timeOut(): Promise<void> {
    if (this.#jobs.length === 0 && this.#state === 'ready') return;
    this.#isTimedOut = true;
    await this.#worker.terminate();
  }

  #end(end: End): void {
    const job = this.#jobs.shift();
    const [next] = this.#jobs;
    if (next) this.#begun(next);
    if (job) this.#conclude(job, end);
  }

  /** At once, not when somebody comes to await it: what is logged next belongs to the next invocation. */
  #conclude({ requestId, startedAt, resolve }: Job, end: End): void {
    const durationMs = this.#options.now() - startedAt;
    const coldStart = this.#coldStart;
    this.#coldStart = false;
    resolve({
      accessKeyId: this.accessKeyId,
      durationMs,
      coldStart,
      logs: this.#logs.take(requestId),
      report: this.#report(requestId, { durationMs, coldStart }),
      ...end,
    });
  }

  /** What was queued has not begun, or it began after the last answer and ends like this. */
  #die(end: End): void {
    // What it said last may be that it crashed: then this has happened by the time we come back.
    if (!this.#isDead) this.#receive();
    if (this.#isDead) return;
    this.takeBack();
    this.#state = 'dead';
    clearTimeout(this.#timer);
    this.#options.onExit(this);
    const last = this.#isTimedOut ? ({ outcome: 'timed-out' } as const) : end;
    for (const job of this.#jobs.splice(0)) this.#conclude(job, last);
  }
}
