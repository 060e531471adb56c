import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { LambdaDescription } from '../app/description';
import { environmentVariables, newAccessKeyId } from './environment-variables';
import type { Invocation, Report } from './invocation';
import { INIT_MS_MAX, LOG_CHARS_MAX, PAYLOAD_BYTES_MAX } from './limits';
import { LogBuffer } from './log-buffer';
import type { FromRuntime, RuntimeError, RuntimeSettings, ToRuntime } from './runtime';

export interface EnvironmentOptions {
  readonly extraEnvironment: Readonly<Record<string, string>>;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
  /** Called once, when the environment can serve no further invocation. */
  readonly onExit: (environment: ExecutionEnvironment) => void;
}

type End =
  | { readonly outcome: 'returned'; readonly payload: unknown }
  | ({ readonly outcome: 'failed' } & RuntimeError)
  | { readonly outcome: 'timed-out' };

interface Job {
  readonly awsRequestId: string;
  readonly event: string;
  readonly end: (end: End) => void;
  startedAt: number;
  timer: NodeJS.Timeout;
}

let runtimeCode: string | undefined;

/** Compiled once. A dynamic import survives `cjs` when the target knows it, which ES module handlers depend on. */
function compiledRuntime(): string {
  runtimeCode ??= buildSync({
    entryPoints: [join(__dirname, 'runtime.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    supported: { 'dynamic-import': true },
  }).outputFiles[0]?.text;
  return runtimeCode ?? '';
}

/**
 * One worker thread that runs one function, one invocation at a time. It ends with the first timeout, crash or exit, as
 * Lambda's sandboxes do; a handler that merely throws leaves it usable.
 */
export class ExecutionEnvironment {
  readonly accessKeyId = newAccessKeyId();
  readonly #lambda: LambdaDescription;
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  readonly #logs = new LogBuffer();
  #job: Job | undefined;
  #ready = false;
  #dead = false;
  #coldStart = true;
  readonly #createdAt: number;
  #initDurationMs = 0;
  #maxMemoryBytes = 0;
  #wasAtOnce = false;

  constructor(lambda: LambdaDescription, options: EnvironmentOptions) {
    this.#lambda = lambda;
    this.#options = options;
    this.#createdAt = options.now();
    this.#worker = this.#start();
    this.#worker.on('message', (message: FromRuntime) => this.#received(message));
    this.#worker.on('error', (error) => this.#die(outOfMemoryOr(error)));
    this.#worker.on('exit', (code) => this.#die(exited(code)));
  }

  /** Whether the last handler waited for nothing: only computed. */
  get wasAtOnce(): boolean {
    return this.#wasAtOnce;
  }

  /** Resolves to what became of it, and never rejects. The caller awaits one invocation before it starts the next. */
  async invoke(event: unknown): Promise<Invocation> {
    const coldStart = this.#coldStart;
    this.#coldStart = false;
    const requestId = randomUUID();
    const { end, startedAt } = await this.#run(requestId, JSON.stringify(event ?? null));
    const durationMs = this.#options.now() - startedAt;
    return {
      accessKeyId: this.accessKeyId,
      durationMs,
      coldStart,
      logs: this.#logs.take(requestId),
      report: this.#report(requestId, { durationMs, coldStart }),
      ...end,
    };
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

  #start(): Worker {
    const { functionName, memoryMb, codeDirectory, handler } = this.#lambda;
    const { region, accountId, extraEnvironment } = this.#options;
    const log = { logGroupName: `/aws/lambda/${functionName}`, logStreamName: `local/[$LATEST]${this.accessKeyId}` };
    const settings: RuntimeSettings = {
      ...{ codeDirectory, handler, functionName, memoryMb, ...log },
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
      payloadBytesMax: PAYLOAD_BYTES_MAX,
      logCharsMax: LOG_CHARS_MAX,
    };
    return new Worker(compiledRuntime(), {
      eval: true,
      // The parent's flags would load its TypeScript loader into every function. NODE_OPTIONS comes with the environment.
      execArgv: ['--enable-source-maps', '--require', join(__dirname, 'provided-sdk.cjs')],
      env: environmentVariables(this.#lambda, extraEnvironment, { accessKeyId: this.accessKeyId, region, ...log }),
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      stdout: true,
      stderr: true,
    });
  }

  #run(awsRequestId: string, event: string): Promise<{ end: End; startedAt: number }> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => void this.#timeOut(), INIT_MS_MAX);
      const end = (end: End) => resolve({ end, startedAt: job.startedAt });
      const job: Job = { awsRequestId, event, end, startedAt: this.#options.now(), timer };
      this.#job = job;
      if (this.#dead) this.#end(exited(1));
      else if (this.#ready) this.#begin(job);
    });
  }

  /** The clock starts when the handler does: like Lambda's billed duration, it leaves out the init phase. */
  #begin(job: Job): void {
    const { timeoutMs } = this.#lambda;
    clearTimeout(job.timer);
    job.timer = setTimeout(() => void this.#timeOut(), timeoutMs);
    job.startedAt = this.#options.now();
    const message: ToRuntime = { awsRequestId: job.awsRequestId, event: job.event, remainingMs: timeoutMs };
    this.#worker.postMessage(message);
  }

  #received(message: FromRuntime): void {
    switch (message.kind) {
      case 'ready':
        this.#ready = true;
        this.#initDurationMs = this.#options.now() - this.#createdAt;
        if (this.#job) this.#begin(this.#job);
        return;
      case 'log':
        this.#logs.append(message.stream, message.text);
        return;
      case 'returned':
        this.#measured(message);
        this.#end({ outcome: 'returned', payload: JSON.parse(message.payload) });
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

  /** The thread's end delivers the log lines that it had already sent, so the invocation waits for it. */
  async #timeOut(): Promise<void> {
    const job = this.#job;
    this.#job = undefined;
    await this.#worker.terminate();
    job?.end({ outcome: 'timed-out' });
  }

  #end(end: End): void {
    const job = this.#job;
    this.#job = undefined;
    clearTimeout(job?.timer);
    job?.end(end);
  }

  #die(end: End): void {
    if (!this.#dead) {
      this.#dead = true;
      this.#options.onExit(this);
    }
    this.#end(end);
  }
}

function failed({ errorType, errorMessage, trace }: RuntimeError): End {
  return { outcome: 'failed', errorType, errorMessage, trace };
}

function exited(code: number): End {
  return failed({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with exit status ${code}`, trace: '' });
}

/** Read by its members: an error from a thread is no `instanceof Error` of a test's own realm. */
function outOfMemoryOr(error: unknown): End {
  const { name = 'Error', message = String(error), stack = '', code } = Object(error);
  const errorType = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Runtime.OutOfMemory' : name;
  return failed({ errorType, errorMessage: message, trace: stack });
}
