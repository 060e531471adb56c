import { randomUUID } from 'node:crypto';
import type { Clock } from './clock';
import type { QueueDescription } from './description';
import { DEDUPLICATION_MS } from './limits';
import { bytesOf, type Message, type NewMessage } from './queue-message';

export interface ReceiveOptions {
  readonly max: number;
  /** Of all bodies and attributes together; the first message is given however large it is. */
  readonly bytesMax?: number;
  readonly visibilityMs?: number;
  /** How long to wait for a first message. */
  readonly waitMs?: number;
  readonly signal: AbortSignal;
}

interface Sent {
  readonly message: Message;
  readonly at: number;
}

/** A queue in memory, standard or FIFO: what it holds goes with the process. */
export class Queue {
  readonly description: QueueDescription;
  readonly #clock: Clock;
  readonly #deadLetters: () => Queue | undefined;
  /** In the order of their arrival. */
  #messages: Message[] = [];
  #sequence = 0n;
  readonly #deduplication = new Map<string, Sent>();
  readonly #wakers = new Set<() => void>();

  constructor(description: QueueDescription, clock: Clock, deadLetters: () => Queue | undefined = () => undefined) {
    this.description = description;
    this.#clock = clock;
    this.#deadLetters = deadLetters;
  }

  /** A FIFO queue answers a duplicate, for five minutes, as it did the first, and keeps only that. */
  send(sent: NewMessage): Message {
    const now = this.#clock.now();
    const key = sent.deduplicationId;
    const first = key === undefined ? undefined : this.#deduplication.get(key);
    if (first && now - first.at < DEDUPLICATION_MS) return first.message;
    const message = this.#add({
      id: randomUUID(),
      sent,
      sentAt: now,
      visibleAt: now + (sent.delayMs ?? this.description.delayMs),
    });
    if (key !== undefined) this.#remember(key, { message, at: now });
    return message;
  }

  /** What is visible, oldest first; with `waitMs`, waits for the first one. Each is invisible from now on, for a while. */
  async receive(options: ReceiveOptions): Promise<readonly Message[]> {
    const deadline = this.#clock.now() + (options.waitMs ?? 0);
    for (;;) {
      // Whoever no longer waits must not be given a message, which would be invisible for nothing.
      if (options.signal.aborted) return [];
      const messages = this.#take(options);
      const now = this.#clock.now();
      if (messages.length > 0 || now >= deadline) return messages;
      const next = Math.min(deadline, ...this.#messages.map(({ visibleAt }) => visibleAt).filter((at) => at > now));
      await this.#change(next - now, options.signal);
    }
  }

  /** By its newest receipt; an older one, or one of a message that is gone, deletes nothing. */
  delete(receiptHandle: string): void {
    this.#messages = this.#messages.filter((message) => message.receiptHandle !== receiptHandle);
    // In a FIFO queue, the rest of its group may come now.
    this.#wake();
  }

  /** @returns false if the message is not in flight under this receipt. */
  changeVisibility(receiptHandle: string, visibilityMs: number): boolean {
    const now = this.#clock.now();
    const message = this.#messages.find((one) => one.receiptHandle === receiptHandle);
    if (!message || message.visibleAt <= now) return false;
    message.visibleAt = now + visibilityMs;
    this.#wake();
    return true;
  }

  purge(): void {
    this.#messages = [];
  }

  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.#forget();
    const now = this.#clock.now();
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > now);
    const delayed = hidden.filter(({ receiveCount }) => receiveCount === 0).length;
    return { visible: this.#messages.length - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  #add(message: Pick<Message, 'id' | 'sent' | 'sentAt' | 'visibleAt'> & Partial<Message>): Message {
    const sequenceNumber = String(10n ** 19n + this.#sequence++);
    const added: Message = {
      ...{ receivedBefore: 0, receiveCount: 0, firstReceivedAt: 0, receiptHandle: '' },
      ...message,
      ...(this.description.isFifo && { sequenceNumber }),
    };
    this.#messages.push(added);
    this.#wake();
    return added;
  }

  #take(options: ReceiveOptions): readonly Message[] {
    const { max, bytesMax = Infinity, visibilityMs = this.description.visibilityMs } = options;
    this.#forget();
    this.#redrive();
    const now = this.#clock.now();
    const taken = within(bytesMax, this.#available(now).slice(0, max));
    for (const message of taken) {
      message.visibleAt = now + visibilityMs;
      message.receiveCount += 1;
      message.firstReceivedAt ||= now;
      message.receiptHandle = Buffer.from(`${message.id} ${randomUUID()}`).toString('base64');
    }
    return taken;
  }

  /** A FIFO queue holds back what is behind a message of the same group that somebody is working on. */
  #available(now: number): readonly Message[] {
    if (!this.description.isFifo) return this.#messages.filter(({ visibleAt }) => visibleAt <= now);
    const blocked = new Set<string | undefined>();
    return this.#messages.filter(({ visibleAt, sent }) => {
      if (visibleAt > now) blocked.add(sent.groupId);
      return !blocked.has(sent.groupId);
    });
  }

  /** Whoever would be received once too often goes to the dead-letter queue instead, with its id and its age. */
  #redrive(): void {
    const { redrive, arn } = this.description;
    const deadLetters = this.#deadLetters();
    if (redrive === undefined || deadLetters === undefined) return;
    const now = this.#clock.now();
    const isDead = ({ receiveCount, visibleAt }: Message) => receiveCount >= redrive.receivesMax && visibleAt <= now;
    const dead = this.#messages.filter(isDead);
    this.#messages = this.#messages.filter((message) => !isDead(message));
    for (const { id, sent, sentAt, receivedBefore, receiveCount } of dead) {
      deadLetters.#add({
        ...{ id, sent, sentAt, visibleAt: now, sourceArn: arn, receivedBefore: receivedBefore + receiveCount },
      });
    }
  }

  #forget(): void {
    const oldest = this.#clock.now() - this.description.retentionMs;
    this.#messages = this.#messages.filter(({ sentAt }) => sentAt > oldest);
  }

  #remember(key: string, sent: Sent): void {
    for (const [known, { at }] of this.#deduplication) {
      if (sent.at - at >= DEDUPLICATION_MS) this.#deduplication.delete(known);
    }
    this.#deduplication.set(key, sent);
  }

  /** Until something happens to the queue, for `ms` at the most. */
  async #change(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#wakers.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    await this.#clock.wait(ms, woken.signal);
    signal.removeEventListener('abort', wake);
    this.#wakers.delete(wake);
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}

function within(bytesMax: number, messages: readonly Message[]): readonly Message[] {
  let bytes = 0;
  const tooMany = messages.findIndex(({ sent }, index) => {
    bytes += bytesOf(sent);
    return index > 0 && bytes > bytesMax;
  });
  return tooMany < 0 ? messages : messages.slice(0, tooMany);
}
