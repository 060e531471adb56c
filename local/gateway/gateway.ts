/** An API Gateway WebSocket API on a laptop: one stage of one API, on plain `ws://` and `http://`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AppDescription } from '../app/description';
import type { Faults } from '../faults/faults';
import type { Callers } from '../iam/callers';
import type { InvokableFunction } from '../lambda/invocation';
import { ApiKeys } from './api-keys';
import { DEFAULT_BEHAVIOURS, type GatewayBehaviours } from './behaviours';
import type { Connection } from './connection';
import type { OpenConnection } from './connection-facts';
import type { GatewayContext } from './context';
import { createControl, GatewayClock, type GatewayControl } from './control';
import { Deadlines } from './deadlines';
import { deliverDisconnect } from './disconnect';
import { GOING_AWAY, VANISHED } from './endings';
import type { GatewayEvent, Units } from './gateway-event';
import { Handshakes } from './handshake';
import { Journal } from './journal';
import { Limiter } from './limiter';
import { DEFAULT_LIMITS, type GatewayLimits } from './limits';
import { type Listening, listen } from './listen';
import { handleRequest } from './management-api';
import { type GatewayMetrics, Metrics } from './metrics';
import { PendingWork } from './pending-work';
import { compileSelection, type SelectKey } from './route-selection';
import { Throttles } from './throttles';

export interface GatewayOptions {
  readonly app: AppDescription;
  readonly functionOf: (logicalId: string) => InvokableFunction;
  /** Reads and resets what the DynamoDB calls of one execution environment have consumed. */
  readonly takeUnits: (accessKeyId: string) => Units;
  readonly onEvent: (event: GatewayEvent) => void;
  /** A loopback host, the default, means 127.0.0.1 and ::1. */
  readonly host?: string;
  /** 0, the default, is any free one. */
  readonly port?: number;
  readonly now?: () => number;
  /** Where the open connections are remembered beyond this process; nowhere by default. */
  readonly journalPath?: string;
  readonly limits?: Partial<GatewayLimits>;
  readonly behaviours?: Partial<GatewayBehaviours>;
  /** Whose permissions are enforced; nobody's by default. */
  readonly callers?: Callers;
  readonly faults?: Faults | undefined;
  /** Sees every plain request first, and returns true for those that it answers. Meant for `/_local/`. */
  readonly extraRequestHandler?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface RunningGateway {
  readonly port: number;
  readonly url: string;
  readonly callbackUrl: string;
  connections(): readonly OpenConnection[];
  /** What CloudWatch would show, since the start. */
  metrics(): GatewayMetrics;
  readonly control: GatewayControl;
  /** Closes every connection with 1001, waits, within a bound, for the Lambdas, then stops listening. */
  close(): Promise<void>;
}

/** Routes that API Gateway itself defines; no other key may start with `$` (Developer Guide, "WebSocket API routes"). */
const PREDEFINED = new Set(['$connect', '$disconnect', '$default']);

/** SDKs keep connections for the next request; one that we close first costs that request a failure. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Rejects with EADDRINUSE when the port is taken, and with a plain Error for an app that API Gateway would not have
 * accepted. The journal is opened only once the port is ours: another gateway that is running may be writing it.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const selectKey = compileSelection(options.app.routeSelectionExpression);
  checkRoutes(options);
  const later: Later = {};
  const listening = await listen(() => serverOf(later), options.host ?? '127.0.0.1', options.port ?? 0);
  try {
    return serve(options, selectKey, listening, later);
  } catch (error) {
    await Promise.all(listening.servers.map(closed));
    throw error;
  }
}

function serve(options: GatewayOptions, selectKey: SelectKey, listening: Listening, later: Later): RunningGateway {
  let isClosing = false;
  const clock = new GatewayClock(options.now ?? Date.now);
  const context = contextOf({ ...options, now: clock.now }, selectKey, () => isClosing);
  const handshakes = new Handshakes(context);
  later.handlers = { handshakes, context, extra: options.extraRequestHandler ?? (() => false) };
  deliverWhatIsOwed(context);
  const close = once(() => {
    isClosing = true;
    return shutDown(context, handshakes, listening);
  });
  const { connections, metrics } = context;
  const read = { connections: () => openConnections(context), metrics: () => metrics.read() };
  const control = createControl(connections, context.deadlines, clock);
  return { ...addresses(options.app, listening.port), ...read, control, close };
}

function contextOf(options: GatewayOptions, selectKey: SelectKey, isClosing: () => boolean): GatewayContext {
  const { functionOf, takeUnits, onEvent, now = Date.now, journalPath } = options;
  const behaviours = { ...DEFAULT_BEHAVIOURS, ...options.behaviours };
  const limits = { ...limitsOf(behaviours), ...options.limits };
  const connections = new Map<string, Connection>();
  const app = behaviours.emptyStageVariables === 'absent' ? options.app : { stageVariables: {}, ...options.app };
  return {
    ...{ app, functionOf, takeUnits, onEvent, now, limits, selectKey, isClosing },
    behaviours,
    connections,
    deadlines: new Deadlines(connections, limits, now),
    journal: new Journal(journalPath),
    pending: new PendingWork(),
    callers: options.callers,
    faults: options.faults,
    disconnects: new Limiter(limits.disconnectsInFlight),
    throttles: new Throttles(app, limits, now),
    apiKeys: new ApiKeys(app, { behaviours, now }),
    metrics: new Metrics(),
  };
}

function limitsOf({ kilobyte }: GatewayBehaviours): GatewayLimits {
  return kilobyte === '1024' ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, messageBytes: 128_000, frameBytes: 32_000 };
}

interface Later {
  handlers?: {
    readonly handshakes: Handshakes;
    readonly context: GatewayContext;
    readonly extra: (request: IncomingMessage, response: ServerResponse) => boolean;
  };
}

/** The port must be ours before the rest may exist; whoever comes within that moment is turned away. */
function serverOf(later: Later): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const { handlers } = later;
    if (!handlers) request.socket.destroy();
    else if (!handlers.extra(request, response)) {
      handleRequest(handlers.context, request, response).catch(() => request.socket.destroy());
    }
  });
  server.on('upgrade', (request, socket, head) => {
    if (later.handlers) void later.handlers.handshakes.upgrade(request, socket, head);
    else socket.destroy();
  });
  return server;
}

function checkRoutes({ app, functionOf }: GatewayOptions): void {
  for (const { routeKey, functionId, mock, authorizer } of app.routes.values()) {
    if (routeKey.startsWith('$') && !PREDEFINED.has(routeKey))
      throw new Error(`A route may not be called ${routeKey}.`);
    if (!mock) functionOf(functionId);
    if (authorizer) functionOf(authorizer.functionId);
  }
}

/** The `$disconnect` of each connection that a killed gateway left open. It runs while new connections already come. */
function deliverWhatIsOwed(context: GatewayContext): void {
  for (const facts of context.journal.open()) void context.pending.track(deliverDisconnect(context, facts, VANISHED));
}

function addresses({ stage }: AppDescription, port: number): Pick<RunningGateway, 'port' | 'url' | 'callbackUrl'> {
  return { port, url: `ws://localhost:${port}/${stage}`, callbackUrl: `http://localhost:${port}/${stage}` };
}

function openConnections({ connections }: GatewayContext): readonly OpenConnection[] {
  return Array.from(connections.values(), ({ facts, lastActiveAt }) => ({ ...facts, lastActiveAt }));
}

/** HTTP stays up until the Lambdas are done: a `$disconnect` may well post to connections, if only to get 410. */
async function shutDown(context: GatewayContext, handshakes: Handshakes, { servers }: Listening): Promise<void> {
  const { connections, pending, journal, limits } = context;
  for (const connection of connections.values()) connection.close(GOING_AWAY);
  context.faults?.hurry();
  await pending.settled(limits.shutdownMs);
  journal.close();
  handshakes.terminate();
  for (const connection of connections.values()) connection.terminate();
  await Promise.all(servers.map(closed));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function once<T>(act: () => T): () => T {
  let result: { value: T } | undefined;
  return () => {
    result ??= { value: act() };
    return result.value;
  };
}
