import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import { eventually } from '../end-to-end/children';
import type { Target } from './target';

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

interface Frame {
  readonly text: string;
  readonly isBinary: boolean;
}

export interface OpenOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Appended to the URL as it is. */
  readonly suffix?: string;
}

/** How long a frame or a close may take: a cold start on a busy machine, or the way to a far region. */
export const PATIENCE_MS = 15_000;

/** How long a server may take to answer our close before the socket is destroyed. A peer may never answer. */
const CLOSE_MS_MAX = 2_000;

/** Where clients connect, and what each of them sends with its handshake. */
export interface Place extends Pick<Target, 'url'> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** One client: `ws`, with the frames that came and how it ended. */
export class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<Closed>;
  pings = 0;
  upgradeHeaders: IncomingMessage['headers'] = {};
  readonly #frames: Frame[] = [];

  constructor(place: Place, { query, protocols = [], headers, suffix = '' }: OpenOptions = {}) {
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    const allHeaders = { ...place.headers, ...headers };
    this.socket = new WebSocket(`${place.url}${suffix}${search}`, [...protocols], { headers: allHeaders });
    // What goes wrong before it is open is told by `opened`; afterwards a violation of the protocol shows as a close.
    this.socket.on('error', () => undefined);
    this.socket.on('upgrade', (response) => {
      this.upgradeHeaders = response.headers;
    });
    this.socket.on('message', (data, isBinary) => this.#frames.push({ text: String(data), isBinary }));
    this.socket.on('ping', () => {
      this.pings += 1;
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Rejects when the handshake fails. */
  async opened(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  send(body: object | string): void {
    this.socket.send(typeof body === 'string' ? body : JSON.stringify(body));
  }

  get isClosed(): boolean {
    return this.socket.readyState === this.socket.CLOSED;
  }

  /**
   * The next frame, whatever it is: what came before it would have been returned instead. Rejects at once where the connection has closed: who
   * waited on would keep the process, after the last test.
   */
  async nextFrame(): Promise<Frame> {
    const look = () => {
      const frame = this.#frames.shift();
      if (frame === undefined && this.isClosed) throw new Error('the connection has closed, and no frame came');
      return frame;
    };
    return eventually('frame', look, PATIENCE_MS);
  }

  async next(): Promise<string> {
    return (await this.nextFrame()).text;
  }

  async ask(body: object): Promise<Readonly<Record<string, unknown>>> {
    this.send(body);
    return JSON.parse(await this.next());
  }

  async connectionId(): Promise<string> {
    const { event } = (await this.ask({ action: 'ask' })) as { readonly event: MessageEvent };
    return event.requestContext.connectionId;
  }

  /** What `$connect` and `$disconnect` have written down for a connection id or a key. */
  async recall(key: string): Promise<readonly RecordedEvent[]> {
    const { events } = (await this.ask({ action: 'recall', key })) as { readonly events: readonly RecordedEvent[] };
    return events;
  }

  /** The event of a type, once it is there. */
  async recorded(key: string, eventType: 'CONNECT' | 'DISCONNECT'): Promise<RecordedEvent> {
    const look = async () =>
      (await this.recall(key)).find(({ requestContext }) => requestContext.eventType === eventType);
    return eventually(`${eventType} of ${key}`, look, PATIENCE_MS);
  }

  /** The socket below, for what no WebSocket client does. */
  get raw(): Socket {
    return Reflect.get(this.socket, '_socket') as Socket;
  }

  async close(code?: number, reason?: string): Promise<Closed> {
    this.socket.close(code, reason);
    return this.closed;
  }

  /** Leaves nothing behind that would keep the process, whatever the server does. */
  async end(patienceMs: number): Promise<void> {
    const timer = setTimeout(() => this.socket.terminate(), patienceMs);
    await this.close();
    clearTimeout(timer);
  }
}

export interface RequestContext {
  readonly connectionId: string;
  readonly eventType: string;
  readonly routeKey: string;
  readonly disconnectStatusCode?: number;
  readonly disconnectReason?: string;
  readonly connectedAt: number;
  readonly requestTimeEpoch: number;
  readonly requestTime: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly identity: { readonly sourceIp: string; readonly userAgent?: string };
  readonly messageId?: string;
  readonly authorizer?: Readonly<Record<string, unknown>>;
}

export interface RecordedEvent {
  readonly requestContext: RequestContext;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
}

export interface MessageEvent extends Pick<RecordedEvent, 'requestContext' | 'stageVariables'> {
  readonly body: string;
}

/** Clients of one test file, so that none outlives it: also one whose handshake the server never answers. */
export class Clients {
  readonly #begun: Client[] = [];
  readonly #place: () => Place;
  readonly #closeMsMax: number;

  constructor(place: () => Place, closeMsMax = CLOSE_MS_MAX) {
    this.#place = place;
    this.#closeMsMax = closeMsMax;
  }

  /** One whose handshake is under way. */
  begin(options: OpenOptions = {}): Client {
    const client = new Client(this.#place(), options);
    this.#begun.push(client);
    return client;
  }

  open(options: OpenOptions = {}): Promise<Client> {
    return this.begin(options).opened();
  }

  /** The HTTP answer to an upgrade that must not succeed. */
  refusal(options: OpenOptions = {}): Promise<Refusal> {
    return refusalOf(this.begin(options));
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#begun.splice(0).map((client) => client.end(this.#closeMsMax)));
  }
}

export interface Refusal {
  readonly status: number;
  readonly body: string;
}

function refusalOf({ socket }: Client): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.close();
      reject(new Error('the handshake succeeded'));
    });
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}
