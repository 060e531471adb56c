/** A gateway with Lambdas that are functions of the test, and clients that remember what they heard. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { type ClientOptions, WebSocket } from 'ws';
import type {
  AppDescription,
  AuthorizerDescription,
  MockDescription,
  RouteDescription,
} from '../../../local/app/description';
import { type GatewayOptions, type RunningGateway, startGateway } from '../../../local/gateway/gateway';
import type { GatewayEvent } from '../../../local/gateway/gateway-event';
import type { Invocation, InvokableFunction } from '../../../local/lambda/invocation';

export interface LambdaEvent {
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly requestContext: Record<string, unknown> & { readonly connectionId: string; readonly routeKey: string };
  readonly body?: string;
  readonly [member: string]: unknown;
}

export type Handler = (event: LambdaEvent) => unknown;

export interface TestRoute {
  readonly handler: Handler;
  readonly returnsResponse?: boolean;
  readonly integrationTimeoutMs?: number;
  readonly mock?: MockDescription;
  readonly authorizer?: AuthorizerDescription;
  readonly needsApiKey?: true;
}

export type TestRoutes = Readonly<Record<string, Handler | TestRoute>>;

export interface TestOptions extends Partial<Omit<GatewayOptions, 'app'>> {
  /** What differs from an app of these routes and nothing else. */
  readonly app?: Partial<AppDescription>;
  /** Functions behind no route: authorizers. */
  readonly functions?: Readonly<Record<string, Handler>>;
}

export const OK = { statusCode: 200 };

export class TestGateway {
  readonly events: GatewayEvent[] = [];
  /** What authorizers were asked. */
  readonly askedWith: LambdaEvent[] = [];
  /** What the Lambdas were invoked with, per route. */
  readonly invokedWith: LambdaEvent[] = [];
  declare running: RunningGateway;
  readonly #watchers = new Set<() => void>();

  static async start(routes: TestRoutes, { app, functions = {}, ...options }: TestOptions = {}): Promise<TestGateway> {
    const gateway = new TestGateway();
    gateway.running = await startGateway({
      app: { ...appOf(routes), ...app },
      functionOf: (id) => gateway.#functionOf(functions[id] ?? routeOf(routes, id).handler),
      takeUnits: () => ({ readUnits: 1, writeUnits: 2, databaseRequests: 3 }),
      onEvent: (event) => {
        gateway.events.push(event);
        gateway.#changed();
      },
      ...options,
    });
    started.push(gateway);
    return gateway;
  }

  get url(): string {
    return this.running.url;
  }

  /** Resolves as soon as the reports satisfy the predicate. */
  async until(predicate: () => boolean): Promise<void> {
    if (predicate()) return;
    await new Promise<void>((resolve) => {
      const watcher = () => {
        if (!predicate()) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }

  async untilReported(routeKey: string, count = 1): Promise<GatewayEvent> {
    const reported = () => this.events.filter((event) => event.routeKey === routeKey);
    await this.until(() => reported().length >= count);
    const last = reported()[count - 1];
    if (!last) throw new Error('unreachable');
    return last;
  }

  async untilInvoked(routeKey: string, count = 1): Promise<LambdaEvent> {
    await this.until(() => this.invocationsOf(routeKey).length >= count);
    const last = this.invocationsOf(routeKey)[count - 1];
    if (!last) throw new Error('unreachable');
    return last;
  }

  invocationsOf(routeKey: string): LambdaEvent[] {
    return this.invokedWith.filter((event) => event.requestContext.routeKey === routeKey);
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #functionOf(handler: Handler): InvokableFunction {
    return {
      invoke: async (event) => {
        const copy: LambdaEvent = JSON.parse(JSON.stringify(event));
        (copy.type === 'REQUEST' ? this.askedWith : this.invokedWith).push(copy);
        this.#changed();
        return invocationOf(handler, copy);
      },
      close: async () => undefined,
    };
  }
}

const started: TestGateway[] = [];
const clients: Client[] = [];
const sdks: ApiGatewayManagementApiClient[] = [];

/** The SDK's client for the `@connections` of a callback URL. It never tries again, so a test sees the first answer. */
export function sdkOf(endpoint: string, { accessKeyId = 'AKIATEST' } = {}): ApiGatewayManagementApiClient {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  const sdk = new ApiGatewayManagementApiClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  sdks.push(sdk);
  return sdk;
}

/** For `afterEach`: no test leaves a socket behind. */
export async function closeAll(): Promise<void> {
  for (const sdk of sdks.splice(0)) sdk.destroy();
  for (const client of clients.splice(0)) client.socket.terminate();
  await Promise.all(started.splice(0).map(({ running }) => running.close()));
}

async function invocationOf(handler: Handler, event: LambdaEvent): Promise<Invocation> {
  const base = { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA', durationMs: 5, coldStart: false, logs: [] };
  try {
    const result = (await handler(event)) ?? null;
    if (isInvocation(result)) return { ...base, ...result };
    return { ...base, outcome: 'returned', payload: JSON.parse(JSON.stringify(result)) };
  } catch (error) {
    return { ...base, outcome: 'failed', errorType: 'Error', errorMessage: String(error), trace: '' };
  }
}

/** A handler may also return what became of its invocation, instead of what it returned. */
function isInvocation(result: object | unknown): result is Partial<Invocation> & { outcome: 'timed-out' } {
  return typeof Object(result).outcome === 'string';
}

function routeOf(routes: TestRoutes, key: string): TestRoute {
  const route = routes[key];
  if (!route) throw new Error(`There is no route ${key}.`);
  return typeof route === 'function' ? { handler: route } : route;
}

function appOf(routes: TestRoutes): AppDescription {
  const described = Object.keys(routes).map((routeKey): [string, RouteDescription] => {
    const { handler: _, ...route } = routeOf(routes, routeKey);
    const byDefault = { returnsResponse: false, integrationTimeoutMs: 29_000 };
    return [routeKey, { routeKey, functionId: routeKey, ...byDefault, ...route }];
  });
  return {
    stackName: 'Test',
    apiId: 'abcdefghij',
    stage: 'dev',
    region: 'eu-central-1',
    accountId: '000000000000',
    routeSelectionExpression: '$request.body.action',
    routes: new Map(described),
    functions: new Map(),
    tables: [],
  };
}

export class Client {
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #heard: { text: string; isBinary: boolean }[] = [];
  readonly #listeners: ((message: { text: string; isBinary: boolean }) => void)[] = [];

  constructor(readonly socket: WebSocket) {
    clients.push(this);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('error', () => undefined);
    socket.on('message', (message, isBinary) => {
      const heard = { text: String(message), isBinary };
      const listener = this.#listeners.shift();
      if (listener) listener(heard);
      else this.#heard.push(heard);
    });
  }

  static async open(url: string, options: ClientOptions & { protocols?: string[] } = {}): Promise<Client> {
    const { protocols = [], ...rest } = options;
    const client = new Client(new WebSocket(url, protocols, rest));
    await new Promise((resolve, reject) => {
      client.socket.once('open', resolve);
      client.socket.once('error', reject);
    });
    return client;
  }

  /** What arrived and nobody has asked for yet. */
  get unheard(): readonly string[] {
    return this.#heard.map(({ text }) => text);
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async next(): Promise<string> {
    return (await this.nextFrame()).text;
  }

  nextFrame(): Promise<{ text: string; isBinary: boolean }> {
    const heard = this.#heard.shift();
    return heard ? Promise.resolve(heard) : new Promise((resolve) => this.#listeners.push(resolve));
  }

  /** A pong comes after everything that the gateway had sent before it read the ping. */
  async roundTrip(): Promise<void> {
    const pong = new Promise((resolve) => this.socket.once('pong', resolve));
    this.socket.ping();
    await pong;
  }
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The answer to an upgrade that is refused. */
export function refusal(url: string, options: ClientOptions & { protocols?: string[] } = {}): Promise<HttpReply> {
  const { protocols = [], ...rest } = options;
  const socket = new WebSocket(url, protocols, rest);
  return new Promise((resolve, reject) => {
    socket.on('error', () => undefined);
    socket.on('open', () => reject(new Error('The handshake was accepted.')));
    socket.on('unexpected-response', (_request, response) => {
      const { statusCode: status = 0, headers } = response;
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status, headers, body }));
    });
  });
}

export interface HttpCall {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly isSigned?: boolean;
}

/** A raw request, on a connection of its own. Signed in the eyes of the gateway, which verifies nothing. */
export function http(gateway: TestGateway, path: string, call: HttpCall = {}): Promise<HttpReply> {
  const { method = 'GET', isSigned = true, body = '' } = call;
  const headers = { ...(isSigned && { authorization: 'AWS4-HMAC-SHA256 Credential=test' }), ...call.headers };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port: gateway.running.port, agent: false, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
