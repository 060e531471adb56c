import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How API Gateway says no (API Gateway Management API Reference, "Errors"), by the id of the connection that is asked for. */
const REFUSALS: Readonly<Record<string, { readonly status: number; readonly type?: string; readonly body?: string }>> =
  {
    gone: { status: 410, type: 'GoneException' },
    limited: { status: 429, type: 'LimitExceededException', body: '{"message":"Rate exceeded"}' },
    forbidden: { status: 403, type: 'ForbiddenException:http://internal.amazon.com/', body: '{"message":"Forbidden"}' },
    tooLarge: { status: 413, type: 'PayloadTooLargeException', body: '{"message":"Message too long"}' },
    broken: { status: 500, type: 'InternalServerErrorException', body: '{"message":"Internal server error"}' },
    brokenOnce: { status: 502 },
    away: { status: 504 },
  };

/** `@connections` that answers by the id of the connection, and remembers what it was asked. */
export class CallbackServer {
  readonly requests: IncomingMessage[] = [];
  connections = 0;
  inFlightMax = 0;
  readonly #server: Server;
  readonly #heard: (() => void)[] = [];
  #inFlight = 0;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on('connection', () => this.connections++);
  }

  static async start(): Promise<CallbackServer> {
    const started = new CallbackServer();
    await new Promise<void>((resolve) => started.#server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/dev`;
  }

  forget(): void {
    this.requests.length = 0;
    Object.assign(this, { connections: 0, inFlightMax: 0 });
  }

  /** When the next request is there. */
  heard(): Promise<void> {
    return new Promise((resolve) => this.#heard.push(resolve));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request);
    this.inFlightMax = Math.max(this.inFlightMax, ++this.#inFlight);
    for (const tell of this.#heard.splice(0)) tell();
    const id = request.url?.split('/').at(-1) ?? '';
    const isAgain = this.requests.length > 1;
    request.resume().on('end', () =>
      setImmediate(() => {
        this.#inFlight--;
        if (id === 'reset' || (id === 'resetOnce' && !isAgain)) return void request.socket.destroy();
        if (id === 'silent') return;
        const { status, type, body } = (id === 'brokenOnce' && isAgain ? undefined : REFUSALS[id]) ?? { status: 200 };
        response.writeHead(status, { 'x-amzn-requestid': 'r', ...(type && { 'x-amzn-errortype': type }) }).end(body);
      }),
    );
  }
}
