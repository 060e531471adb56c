import type { Replies } from '../src/protocol/replies';
import { ChatError } from './chat-error';
import type { Frame } from './connection/frame';
import { fitsFrame, type Outgoing } from './connection/link';
import { FORGOTTEN, PASSING } from './core/refusals';
import { AGAIN_MS_MAX, ATTEMPTS_MAX, REPLY_MS_MAX, REQUESTS_MAX } from './limits';
import type { Action, Environment, ErrorCode, Plain } from './types';

export interface RequestsWorld {
  readonly environment: Environment;
  /** @returns false if there is no connection. */
  send(command: Outgoing): boolean;
  /** How long a command that is sent now waits for those before it. */
  backlogMs(): number;
}

interface Request {
  readonly ref: string;
  readonly action: Action;
  /** Asked for at each attempt: it may depend on what has come since. */
  readonly fields: () => object;
  readonly resolve: (reply: Frame) => void;
  readonly reject: (error: unknown) => void;
  /** On the connection of now. */
  isSent: boolean;
  attempts: number;
  cancelTimer: () => void;
}

/**
 * Commands that somebody waits for. All of them are safe to repeat, so each is sent until it is answered: again on the next
 * connection, and a few times on the same one.
 */
export class Requests {
  readonly #world: RequestsWorld;
  readonly #waiting = new Map<string, Request>();
  #serial = 0;

  constructor(world: RequestsWorld) {
    this.#world = world;
  }

  ask<A extends Action>(action: A, fields: object | (() => object), signal?: AbortSignal): Promise<Plain<Replies[A]>> {
    const abort = () => this.#end(ref)?.reject(signal?.reason);
    const ref = `r${++this.#serial}`;
    const answered = new Promise<Frame>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#waiting.size >= REQUESTS_MAX) throw new ChatError('too_many');
      const request: Request = {
        ref,
        action,
        fields: typeof fields === 'function' ? (fields as () => object) : () => fields,
        resolve,
        reject,
        isSent: false,
        attempts: 0,
        cancelTimer: () => undefined,
      };
      this.#waiting.set(ref, request);
      signal?.addEventListener('abort', abort, { once: true });
      this.#send(request);
    });
    return answered.finally(() => signal?.removeEventListener('abort', abort)) as Promise<Plain<Replies[A]>>;
  }

  /** There is a connection: whatever was not answered on one that was lost is asked for again. */
  connected(): void {
    for (const request of this.#waiting.values()) if (!request.isSent) this.#send(request);
  }

  lost(): void {
    for (const request of this.#waiting.values()) {
      request.cancelTimer();
      // What a broken connection has swallowed is not the command's fault.
      request.attempts = 0;
      request.isSent = false;
    }
  }

  /** @returns whether it was the reply to one of these. */
  heard(frame: Frame): boolean {
    const request = this.#waiting.get(String(frame.ref));
    if (!request) return false;
    if (frame.type === 'reply') this.#end(request.ref)?.resolve(frame);
    // Another connection is on its way.
    else if (FORGOTTEN.has(frame.code)) request.cancelTimer();
    else if (PASSING.has(frame.code) && request.attempts < ATTEMPTS_MAX) this.#sendLater(request, frame.retryAfter);
    else this.#end(request.ref)?.reject(new ChatError(frame.code ?? 'internal', frame.message, frame));
    return true;
  }

  /** Nobody will ever answer them. */
  fail(code: ErrorCode): void {
    for (const ref of [...this.#waiting.keys()]) this.#end(ref)?.reject(new ChatError(code));
  }

  #send(request: Request): void {
    const { ref, action } = request;
    request.cancelTimer();
    const command = { action, ref, ...request.fields() };
    if (!fitsFrame(command)) {
      this.#end(ref)?.reject(new ChatError('bad_frame', 'The command is too long for a frame.'));
      return;
    }
    const backlogMs = this.#world.backlogMs();
    if (!this.#world.send(command)) return;
    request.isSent = true;
    request.attempts += 1;
    request.cancelTimer = this.#world.environment.timer(backlogMs + REPLY_MS_MAX, () => {
      if (request.attempts < ATTEMPTS_MAX) this.#send(request);
      else this.#end(ref)?.reject(new ChatError('no_reply'));
    });
  }

  #sendLater(request: Request, retryAfter = 0): void {
    const { environment } = this.#world;
    const waitMs = 1_000 * retryAfter + environment.random() * AGAIN_MS_MAX;
    request.cancelTimer();
    request.cancelTimer = environment.timer(waitMs, () => this.#send(request));
  }

  #end(ref: string): Request | undefined {
    const request = this.#waiting.get(ref);
    request?.cancelTimer();
    this.#waiting.delete(ref);
    return request;
  }
}
