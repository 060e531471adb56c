/** `POST /_local/…`: what a person, or a test, may do to the gateway from this machine. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayControl } from '../gateway/control';
import type { FaultName } from './fault-options';
import type { Faults } from './faults';

/** `{"advanceMs": 600000}` is shorter; whatever is longer is not meant for us. */
const BODY_CHARS_MAX = 1_000;

/** A week: setTimeout and dates are far from their ends, and no timer of API Gateway is longer. */
const ADVANCE_MS_MAX = 7 * 24 * 60 * 60 * 1000;

const CONNECTION = /^\/_local\/connections\/([^/]+)\/(cut|freeze|thaw)$/;

interface LocalAnswer {
  readonly status: number;
  readonly body: object;
}

/** What can be disturbed. */
export interface Disturbed {
  readonly control: GatewayControl;
  readonly faults?: Faults | undefined;
}

/** Returns true for the requests that it answers, now or soon. */
export function answerCommand(request: IncomingMessage, response: ServerResponse, disturbed: Disturbed): boolean {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (request.method !== 'POST' || !path.startsWith('/_local/')) return false;
  answerTo(request, path, disturbed).then(
    ({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(body));
    },
    () => request.socket.destroy(),
  );
  return true;
}

async function answerTo(request: IncomingMessage, path: string, { control, faults }: Disturbed): Promise<LocalAnswer> {
  // A page of a browser can send such a request, too, to any port: that is what Origin tells.
  if (!isLoopback(request) || request.headers.origin !== undefined) {
    return { status: 403, body: { error: 'only for programs on this machine' } };
  }
  const [, encodedId, command] = CONNECTION.exec(path) ?? [];
  if (encodedId !== undefined && command !== undefined) return act(control, decoded(encodedId), command);
  if (path === '/_local/clock') return advance(control, await readText(request));
  if (path === '/_local/faults') return setFaults(faults, await readText(request));
  const known = 'POST /_local/connections/ID/cut, /freeze or /thaw, /_local/clock or /_local/faults';
  return bad(`there is no ${path}: ${known}`, 404);
}

function act(control: GatewayControl, connectionId: string, command: string): LocalAnswer {
  const connection = control.connection(connectionId);
  if (connection === undefined) return bad(`no open connection ${connectionId}: GET /_local/ lists them`, 404);
  if (command === 'cut') connection.cut();
  else if (command === 'freeze') connection.freeze();
  else connection.thaw();
  return { status: 200, body: { connectionId, done: command } };
}

function advance(control: GatewayControl, text: string): LocalAnswer {
  const { advanceMs } = parse(text);
  if (typeof advanceMs !== 'number' || !(advanceMs >= 0 && advanceMs <= ADVANCE_MS_MAX)) {
    return bad(`the body must be {"advanceMs": N}, with N from 0 to ${ADVANCE_MS_MAX}`);
  }
  control.advance(advanceMs);
  return { status: 200, body: { advancedMs: advanceMs } };
}

/** All of them or, where one is not understood, none. */
function setFaults(faults: Faults | undefined, text: string): LocalAnswer {
  const named = Object.entries<unknown>(parse(text));
  if (named.length === 0 || !named.every(isProbable)) {
    return bad('the body must be {"NAME": PROBABILITY, …}, with numbers from 0 to 1');
  }
  const unknown = named.filter(([name]) => !faults?.has(name)).map(([name]) => name);
  if (unknown.length > 0) return bad(`not named with --fault at the start: ${unknown.join(', ')}`, 404);
  for (const [name, probability] of named) faults?.set(name as FaultName, probability);
  return { status: 200, body: Object.fromEntries(named) };
}

function isProbable(entry: [string, unknown]): entry is [string, number] {
  const [, probability] = entry;
  return typeof probability === 'number' && probability >= 0 && probability <= 1;
}

function bad(error: string, status = 400): LocalAnswer {
  return { status, body: { error } };
}

function isLoopback({ socket }: IncomingMessage): boolean {
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? '');
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_CHARS_MAX) return '';
  }
  return text;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** What does not decode is no id; it is reported as it came. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
