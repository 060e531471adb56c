import type { DatabaseAnswer, DatabaseCall } from '../dynamodb/intercept';

/** "A moment ago": indexes usually follow within a second, and within some on a bad day. */
const AGE_MS_MAX = 10_000;

/** More is let go, the oldest first: 500 pages of an index, each at most a sixteenth of DynamoDB's 1 MB. */
const ANSWERS_MAX = 500;
const BYTES_MAX = 64 * 1024;

interface Remembered {
  readonly at: number;
  readonly answer: DatabaseAnswer;
}

/** The last answer to each query of an index, for as long as an index may lag behind its table. */
export class StaleAnswers {
  readonly #now: () => number;
  readonly #answers = new Map<string, Remembered>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What the same query was answered a moment ago. */
  find({ body }: DatabaseCall): DatabaseAnswer | undefined {
    const remembered = this.#answers.get(body.toString('utf8'));
    return remembered && this.#now() - remembered.at <= AGE_MS_MAX ? remembered.answer : undefined;
  }

  remember({ body }: DatabaseCall, answer: DatabaseAnswer): void {
    const key = body.toString('utf8');
    this.#answers.delete(key);
    if (answer.status !== 200 || key.length + answer.body.length > BYTES_MAX) return;
    this.#answers.set(key, { at: this.#now(), answer });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > ANSWERS_MAX && oldest !== undefined) this.#answers.delete(oldest);
  }
}
