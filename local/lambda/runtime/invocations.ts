import { callHandler, type Invocation, type Outcome } from './call-handler';
import type { Handler } from './load-handler';
import type { Log } from './log';
import type { RuntimeSettings } from './messages';
import { Unfinished } from './unfinished';

/** Node tells nobody that its event loop has nothing more to wait for while we listen to the host. */
const EMPTY_LOOP_POLL_MS = 1;

interface Surroundings {
  readonly settings: RuntimeSettings;
  readonly log: Log;
  /** Stands still until there is one. */
  readonly next: () => Invocation;
  readonly answer: (outcome: Outcome, atOnce: boolean) => void;
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
export class Invocations {
  readonly #handler: Handler;
  readonly #around: Surroundings;
  readonly #unfinished = new Unfinished();
  #running: Running | undefined;

  constructor(handler: Handler, around: Surroundings) {
    this.#handler = handler;
    this.#around = around;
  }

  readonly step = (): void => {
    if (this.#running && !this.#end(this.#running)) return;
    const { settings, log, next } = this.#around;
    const invocation = next();
    const running: Running = { hasWaited: false };
    this.#running = running;
    setImmediate(this.step);
    log.begin();
    this.#unfinished.start();
    void callHandler(this.#handler, invocation, settings).then((outcome) => {
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
    if (!outcome.isFrozen && this.#unfinished.isPending()) {
      this.#unfinished.untracked(() => setTimeout(this.step, EMPTY_LOOP_POLL_MS));
      return false;
    }
    const warnings = this.#unfinished.end();
    if (outcome.isFrozen) for (const line of warnings) this.#around.log.write('stderr', `${line}\n`);
    this.#around.answer(outcome, !hasWaited);
    return true;
  }
}
