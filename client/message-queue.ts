import { ChatError } from './chat-error';
import { BACKLOG_MAX } from './limits';
import type { Message } from './types';

interface Queue {
  push(message: Message): void;
  /** What is queued still comes; then it ends. */
  end(): void;
  readonly messages: AsyncIterableIterator<Message>;
}

type Result = IteratorResult<Message, undefined>;

/** An async iterator for one consumer. It begins to collect when it is made, not when it is first asked. */
export function messageQueue(ended: () => void): Queue {
  const queued: Message[] = [];
  const waiting: { resolve(result: Result): void; reject(error: unknown): void }[] = [];
  let isEnded = false;
  let failure: ChatError | undefined;
  const end = () => {
    if (isEnded) return;
    isEnded = true;
    for (const { resolve } of waiting.splice(0)) resolve({ done: true, value: undefined });
    ended();
  };
  const next = () =>
    new Promise<Result>((resolve, reject) => {
      const value = queued.shift();
      if (value) resolve({ done: false, value });
      else if (failure) reject(failure);
      else if (isEnded) resolve({ done: true, value: undefined });
      else waiting.push({ resolve, reject });
    });
  const push = (message: Message) => {
    if (isEnded) return;
    const consumer = waiting.shift();
    if (consumer) consumer.resolve({ done: false, value: message });
    else if (queued.length < BACKLOG_MAX) queued.push(message);
    else {
      failure = new ChatError('too_slow');
      end();
    }
  };
  const finish = async (): Promise<Result> => {
    queued.length = 0;
    end();
    return { done: true, value: undefined };
  };
  const messages = { next, return: finish, [Symbol.asyncIterator]: () => messages };
  return { push, end, messages };
}

/** The messages of one consumer, until any of the signals. `listen` begins to push, and returns what ends it. */
export function messagesUntil(
  endings: readonly AbortSignal[],
  listen: (push: (message: Message) => void) => () => void,
): AsyncIterableIterator<Message> {
  const end = () => queue.end();
  const unlisten = listen((message) => queue.push(message));
  const queue = messageQueue(() => {
    unlisten();
    for (const ending of endings) ending.removeEventListener('abort', end);
  });
  for (const ending of endings) ending.addEventListener('abort', end);
  if (endings.some(({ aborted }) => aborted)) end();
  return queue.messages;
}
