import { availableParallelism } from 'node:os';
import type { LambdaDescription } from '../app/description';
import type { Faults } from '../faults/faults';
import { invokeWithFaults } from '../faults/invoke-with-faults';
import type { EnvironmentWatch } from '../iam/callers';
import { messageOf } from '../process/clear-error';
import { ExecutionEnvironment, NOT_BEGUN } from './execution-environment';
import type { Invocation, InvokableFunction } from './invocation';
import { ENVIRONMENTS_MAX, IDLE_MS_MAX, PATIENCE_MS, QUEUED_MAX, WAITING_MAX } from './limits';

export interface LambdaFunctionOptions {
  /** Variables beyond the template's, such as the endpoints of the local DynamoDB and the local gateway. */
  readonly extraEnvironment?: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly accountId?: string;
  readonly maxEnvironments?: number;
  readonly maxWaiting?: number;
  readonly idleMsMax?: number;
  readonly now?: () => number;
  readonly watch?: EnvironmentWatch;
  readonly faults?: Faults | undefined;
}

const CORES = availableParallelism();

type Waiter = (environment: ExecutionEnvironment | undefined) => void;

/**
 * A function and its pool of execution environments: one per concurrent invocation, the most recently used first, as
 * Lambda scales (AWS Lambda guide, "Understanding Lambda function scaling"). Beyond the bound invocations wait in turn;
 * beyond that they are refused as Lambda's own throttle refuses them.
 */
export class LambdaFunction implements InvokableFunction {
  readonly #lambda: LambdaDescription;
  readonly #options: LambdaFunctionOptions;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** A stack: the one that was used last is the warmest. */
  readonly #idle: ExecutionEnvironment[] = [];
  /** Since when, in milliseconds of `performance.now()`. */
  readonly #idleSince = new WeakMap<ExecutionEnvironment, number>();
  readonly #waiting: Waiter[] = [];
  #closed = false;
  /** Whether the last handler waited for nothing. */
  #onlyComputes = false;
  #patience: NodeJS.Timeout | undefined;
  #reaper: NodeJS.Timeout | undefined;
  /** Set by `retire`: called when no environment is left. */
  #retired: (() => void) | undefined;

  constructor(lambda: LambdaDescription, options: LambdaFunctionOptions = {}) {
    this.#lambda = lambda;
    this.#options = options;
  }

  invoke(event: unknown): Promise<Invocation> {
    return invokeWithFaults(this.#options.faults, event, {
      invoke: () => this.#invoke(event),
      throttled: THROTTLED,
    });
  }

  async #invoke(event: unknown): Promise<Invocation> {
    for (;;) {
      const environment = await this.#acquire();
      if (environment === undefined) return this.#closed ? CLOSED : THROTTLED;
      if (!(environment instanceof ExecutionEnvironment)) return environment;
      const invocation = await environment.invoke(event);
      if (invocation !== NOT_BEGUN) this.#onlyComputes = environment.wasAtOnce;
      this.#release(environment);
      if (invocation !== NOT_BEGUN) return invocation;
    }
  }

  /** How many environments run an invocation now, and how many wait for one. */
  get environments(): { readonly busy: number; readonly warm: number } {
    const warm = this.#idle.length;
    return { busy: this.#environments.size - warm, warm };
  }

  /** Ends every environment; what still runs in one fails with `Runtime.ExitError`. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#reaper);
    for (const waiter of this.#waiting.splice(0)) waiter(undefined);
    await Promise.all(Array.from(this.#environments, (environment) => environment.close()));
  }

  /** For a function that gets no further invocation: resolves when what runs and what waits has ended. */
  async retire(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#retired = resolve;
    });
    await Promise.all(this.#idle.splice(0).map((environment) => environment.close()));
    if (this.#environments.size === 0) this.#retired?.();
    return ended;
  }

  async #acquire(): Promise<ExecutionEnvironment | Invocation | undefined> {
    if (this.#closed) return undefined;
    try {
      const environment = this.#isWorthQueueing()
        ? this.#leastLoaded()
        : (this.#idle.pop() ?? this.#startWithinBound());
      if (environment) return environment;
    } catch (error) {
      // Node refuses to start a thread with such NODE_OPTIONS, as it would refuse to start at all in AWS.
      return refused('Runtime.ExitError', messageOf(error));
    }
    if (this.#waiting.length >= (this.#options.maxWaiting ?? WAITING_MAX)) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#waitPatiently();
    });
  }

  /**
   * More threads than cores make handlers that only compute slower, not faster. So while every core has one, an invocation
   * is queued behind another; if that does not end soon, it gets an environment of its own as any other does.
   */
  #isWorthQueueing(): boolean {
    return this.#onlyComputes && this.#environments.size - this.#idle.length >= CORES;
  }

  #leastLoaded(): ExecutionEnvironment | undefined {
    let least: ExecutionEnvironment | undefined;
    for (const environment of this.#environments) {
      const isFit = environment.isReady && environment.load > 0 && environment.load < QUEUED_MAX;
      if (isFit && (least === undefined || environment.load < least.load)) least = environment;
    }
    if (least) this.#waitPatiently();
    return least;
  }

  #waitPatiently(): void {
    this.#patience ??= setTimeout(() => this.#loseSomePatience(), PATIENCE_MS);
  }

  #loseSomePatience(): void {
    this.#patience = undefined;
    this.#onlyComputes = false;
    for (const environment of this.#environments) environment.takeBack();
    while (this.#waiting.length > 0 && !this.#closed) {
      const environment = this.#idle.pop() ?? this.#startWithinBound();
      if (!environment) return;
      this.#offer(environment);
    }
  }

  #startWithinBound(): ExecutionEnvironment | undefined {
    if (this.#environments.size >= (this.#options.maxEnvironments ?? ENVIRONMENTS_MAX)) return undefined;
    const { extraEnvironment = {}, accountId = '000000000000', now = Date.now } = this.#options;
    const environment = new ExecutionEnvironment(this.#lambda, {
      extraEnvironment,
      region: this.#options.region ?? extraEnvironment.AWS_REGION ?? 'us-east-1',
      accountId,
      now,
      onExit: (exited) => this.#discard(exited),
    });
    this.#environments.add(environment);
    this.#options.watch?.started(environment);
    return environment;
  }

  #release(environment: ExecutionEnvironment): void {
    // It goes on: whoever is queued or waits has seen it.
    this.#patience?.refresh();
    if (!this.#environments.has(environment) || this.#idle.includes(environment)) return;
    if (environment.load === 0 || (this.#onlyComputes && this.#waiting.length > 0)) this.#offer(environment);
  }

  #discard(environment: ExecutionEnvironment): void {
    this.#environments.delete(environment);
    this.#options.watch?.ended(environment);
    const index = this.#idle.indexOf(environment);
    if (index >= 0) this.#idle.splice(index, 1);
    const replacement = this.#waiting.length > 0 && !this.#closed ? this.#startWithinBound() : undefined;
    if (replacement) this.#offer(replacement);
    if (this.#environments.size === 0) this.#retired?.();
  }

  #offer(environment: ExecutionEnvironment): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(environment);
    else if (this.#retired) void environment.close();
    else this.#rest(environment);
  }

  #rest(environment: ExecutionEnvironment): void {
    this.#idleSince.set(environment, performance.now());
    this.#idle.push(environment);
    this.#reapLater();
  }

  /** As Lambda takes back what a burst has left behind. The last one stays: on a laptop nobody gains by another cold start. */
  #reap(): void {
    this.#reaper = undefined;
    const before = performance.now() - this.#idleMsMax;
    const [oldest] = this.#idle;
    if (oldest && this.#idle.length > 1 && (this.#idleSince.get(oldest) ?? 0) <= before) {
      this.#idle.shift();
      void oldest.close();
    }
    this.#reapLater();
  }

  #reapLater(): void {
    const [oldest] = this.#idle;
    if (this.#reaper || this.#closed || !oldest || this.#idle.length < 2) return;
    const since = this.#idleSince.get(oldest) ?? 0;
    this.#reaper = setTimeout(() => this.#reap(), Math.max(0, since + this.#idleMsMax - performance.now()));
    this.#reaper.unref();
  }

  get #idleMsMax(): number {
    return this.#options.idleMsMax ?? IDLE_MS_MAX;
  }
}

function refused(errorType: string, errorMessage: string): Invocation {
  const nothing = { accessKeyId: '', durationMs: 0, coldStart: false, logs: [], trace: '' };
  return { ...nothing, outcome: 'failed', errorType, errorMessage };
}

const THROTTLED = refused('TooManyRequestsException', 'Rate Exceeded.');
const CLOSED = refused('ResourceNotFoundException', 'The function has been closed.');
