import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import { defaultProvider } from '../sdk/environment-credentials';
import { type Answer, exchange, type Patience } from './exchange';
import { type Retry, RetryQuota } from './retry-quota';
import { escapeSegment, signerOf } from './sign';

/** One request to `@connections`. */
export interface CallbackRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly connectionId: string;
  /** What a POST sends to the client. */
  readonly body?: string;
}

interface CallbackOptions extends Patience {
  /** Of the stage: `https://…/prod`. */
  readonly callbackUrl: string;
  readonly socketsMax: number;
  readonly attemptsMax: number;
}

/** Node's codes for connections that broke or never came to be: the SDK calls the first four timeouts. */
const TIMEOUT_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT']);
const NETWORK_CODES: ReadonlySet<unknown> = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

const PASSING_STATUSES: ReadonlySet<unknown> = new Set([500, 502, 503, 504]);

/**
 * The API Gateway Management API, signed by ourselves. The SDK's client takes more than twice as much CPU for a push (bench/README.md), and most of
 * a push is CPU. What it promises is kept, and held against it by tests: its errors by name, and whether, how often and when it tries again.
 * It does without the SDK's correction of the clock, which AWS sets, and heeds no `Retry-After`: a function has no time for one.
 */
export class CallbackClient {
  readonly #options: CallbackOptions;
  readonly #url: URL;
  readonly #path: string;
  readonly #agent: HttpAgent;
  readonly #quota = new RetryQuota();
  #signer: Promise<ReturnType<typeof signerOf>> | undefined;

  constructor(options: CallbackOptions) {
    this.#options = options;
    this.#url = new URL(options.callbackUrl);
    this.#path = this.#url.pathname.replace(/\/$/, '');
    // What is kept alive saves each later push a handshake, which takes longer than the push.
    const kept = { keepAlive: true, maxSockets: options.socketsMax };
    this.#agent = this.#url.protocol === 'http:' ? new HttpAgent(kept) : new Agent(kept);
  }

  /** Resolves when API Gateway has taken it. @throws an Error with the `name` that the SDK gives it, such as `GoneException`. */
  async send(request: CallbackRequest): Promise<void> {
    let retry: Retry | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#attempt(request);
        this.#quota.giveBack(retry);
        return;
      } catch (cause) {
        const reason = reasonToRepeat(cause);
        retry = reason && attempt < this.#options.attemptsMax ? this.#quota.take(reason) : undefined;
        if (!retry) throw cause;
        const { waitMs } = retry;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  async #attempt({ method, connectionId, body = '' }: CallbackRequest): Promise<void> {
    this.#signer ??= environmentSigner();
    const sign = await this.#signer;
    const { protocol, hostname, port, host } = this.#url;
    const path = `${this.#path}/@connections/${escapeSegment(connectionId)}`;
    const bytes = Buffer.from(body);
    const isPost = method === 'POST';
    const typed = isPost ? { 'content-type': 'application/octet-stream' } : {};
    const signed = sign({ method, path, headers: { host, ...typed }, body: bytes }, new Date());
    const headers = isPost ? { ...signed, 'content-length': bytes.length } : signed;
    const call = { agent: this.#agent, protocol, hostname, port, method, path, headers };
    const answer = await exchange(call, bytes, this.#options).catch(refuseUnanswered);
    if (answer.status >= 300) throw new CallbackError(answer);
  }
}

/** Lambda gives them once, for as long as the environment lives. @throws if the environment has none. */
async function environmentSigner(): Promise<ReturnType<typeof signerOf>> {
  const region = process.env.AWS_REGION;
  if (!region) throw new Error('AWS_REGION is not set.');
  return signerOf({ credentials: await defaultProvider()(), region, service: 'execute-api' });
}

/** What API Gateway said no with. Its type is in a header, since a 410 has no body. */
class CallbackError extends Error {
  constructor(readonly answer: Answer) {
    super(messageIn(answer.body) ?? 'UnknownError');
    const type = answer.headers['x-amzn-errortype'];
    this.name = String(type ?? 'Unknown').split(/[:,]/, 1)[0] ?? '';
  }
}

function messageIn(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body);
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined; // Some server in between has answered, by a page of its own.
  }
}

function refuseUnanswered(cause: Error & { readonly code?: unknown }): never {
  if (TIMEOUT_CODES.has(cause.code)) cause.name = 'TimeoutError';
  throw cause;
}

function reasonToRepeat(cause: unknown): 'throttled' | 'passing' | undefined {
  if (cause instanceof CallbackError) {
    if (cause.answer.status === 429 || cause.name === 'LimitExceededException') return 'throttled';
    return PASSING_STATUSES.has(cause.answer.status) ? 'passing' : undefined;
  }
  const { name, code } = Object(cause);
  return name === 'TimeoutError' || NETWORK_CODES.has(code) ? 'passing' : undefined;
}
