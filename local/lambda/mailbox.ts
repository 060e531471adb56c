/**
 * What host and thread say to each other: texts through a shared ring, long ones through a port, in one order. A text is a
 * line of JSON and, after it, a body that is carried as it is: most are JSON already.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { newSharedMemory, type SharedMemory, SharedQueue } from './shared-queue';

/** One end's view of one direction: the memory is shared, the port moves to the thread that it is for. */
export interface Line {
  readonly memory: SharedMemory;
  readonly port: MessagePort;
}

export function newLine(): { readonly writer: Line; readonly reader: Line } {
  const { port1, port2 } = new MessageChannel();
  const memory = newSharedMemory();
  return { writer: { memory, port: port1 }, reader: { memory, port: port2 } };
}

export class Sender {
  readonly #queue: SharedQueue;
  readonly #port: MessagePort;

  constructor({ memory, port }: Line) {
    this.#queue = new SharedQueue(memory);
    this.#port = port;
  }

  /** The reader does not look by itself if it sleeps: see `wake`. */
  send(head: object, body = ''): void {
    const text = `${JSON.stringify(head)}\n${body}`;
    if (!this.#queue.write(text)) {
      this.#port.postMessage(text);
      while (!this.#queue.writeAtPort()) this.#queue.waitForRoom();
    }
  }

  /** True if the reader slept: a thread that stands still is awake now, one with an event loop has to be rung up. */
  wake(): boolean {
    return this.#queue.wake();
  }
}

export class Receiver<Head> {
  readonly #queue: SharedQueue;
  readonly #port: MessagePort;

  constructor({ memory, port }: Line) {
    this.#queue = new SharedQueue(memory);
    this.#port = port;
  }

  /** The next message, if there is one. */
  take(): { readonly head: Head; readonly body: string } | undefined {
    const record = this.#queue.read();
    if (record === undefined) return undefined;
    const text = record === 'at-port' ? String(receiveMessageOnPort(this.#port)?.message) : record.text;
    const end = text.indexOf('\n');
    return { head: JSON.parse(text.slice(0, end)), body: text.slice(end + 1) };
  }

  /** Stands still until there is a message. */
  wait(): { readonly head: Head; readonly body: string } {
    for (;;) {
      const message = this.take();
      if (message) return message;
      if (this.#queue.fallAsleep()) this.#queue.waitUntilWoken();
    }
  }

  /** Everything that has come. The sender of what comes after that is told that we slept. */
  drain(receive: (head: Head, body: string) => void): void {
    do {
      for (let message = this.take(); message; message = this.take()) receive(message.head, message.body);
    } while (!this.#queue.fallAsleep());
  }
}
