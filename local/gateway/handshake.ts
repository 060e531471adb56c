/**
 * From the upgrade request to the 101. "Until execution of the integration associated with the $connect route is
 * completed, the upgrade request is pending" (Developer Guide, "The $connect and $disconnect routes"), so a client can
 * send nothing before `$connect` has succeeded. An authorizer comes first, in `admit`.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { BARRED_STATUS } from './api-keys';
import { authorize, type Handshake } from './authorizer';
import { type Verdict, verdictOf } from './connect-verdict';
import type { ConnectionFacts } from './connection-facts';
import type { GatewayContext } from './context';
import { deliverDisconnect } from './disconnect';
import { VANISHED } from './endings';
import { errorBody } from './error-frames';
import { type ConnectRequest, connectEvent } from './events';
import { connectRequest, headerBytes, sourceIp } from './handshake-request';
import { FORBIDDEN, type HttpAnswer, NOT_FOUND, refuseUpgrade } from './http-answer';
import { newId } from './ids';
import { callIntegration } from './integration';
import { messageIn, reportRefusal } from './reports';
import { Session } from './session';

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly requestId: string;
}

type Admission = { readonly refusal: HttpAnswer; readonly why?: string } | { readonly facts: ConnectionFacts };

/** RFC 6455, section 4.1: sixteen bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

const TOO_MANY: HttpAnswer = { status: 429, body: errorBody('Too Many Requests') };

const HEADERS_TOO_LARGE: HttpAnswer = { status: 431, body: errorBody('Request Header Fields Too Large') };

const TOKEN_LIST = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(\s*,\s*[!#$%&'*+\-.^_`|~0-9A-Za-z]+)*$/;

export class Handshakes {
  readonly #context: GatewayContext;
  readonly #pending = new Set<Duplex>();
  readonly #subprotocols = new WeakMap<IncomingMessage, string>();
  readonly #server: WebSocketServer;

  constructor(context: GatewayContext) {
    this.#context = context;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // AWS negotiates permessage-deflate, with known faults; declining it is legal (RFC 7692) and changes no message.
      perMessageDeflate: false,
      maxPayload: context.limits.messageBytes,
      // By default `ws` selects the client's first subprotocol. Only the Lambda may select one.
      handleProtocols: () => false,
    });
    this.#server.on('headers', (headers, request) => {
      const subprotocol = this.#subprotocols.get(request);
      if (subprotocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
    });
  }

  /** The handler of the HTTP server's `upgrade`. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const upgrade: Upgrade = { request, socket, head, requestId: newId() };
    // A client may leave at any moment; `destroyed` tells of it when we come to answer.
    socket.on('error', destroy);
    const refusal = this.#refusalOf(request);
    if (refusal) return this.#refuse(upgrade, refusal, { connectionId: '', why: messageIn(refusal) });
    this.#pending.add(socket);
    await this.#context.pending.track(this.#admit(upgrade));
    this.#pending.delete(socket);
  }

  /** For a gateway that will wait no longer. */
  terminate(): void {
    for (const socket of this.#pending) socket.destroy();
  }

  #refusalOf(request: IncomingMessage): HttpAnswer | undefined {
    const { limits, app, behaviours, throttles, isClosing } = this.#context;
    const url = request.url ?? '/';
    const path = url.split('?', 1)[0];
    if (isClosing()) return { status: 503, body: errorBody('Service Unavailable') };
    if (url.length > limits.urlChars) return { status: 414, body: errorBody('URI Too Long') };
    if (headerBytes(request) > Number(behaviours.headerBytes)) return HEADERS_TOO_LARGE;
    // Which status AWS gives for a stage that does not exist is not known; 403 is what REST APIs give.
    if (path !== `/${app.stage}` && path !== `/${app.stage}/`) {
      return behaviours.unknownStage === '403' ? FORBIDDEN : NOT_FOUND;
    }
    if (!isWebSocketUpgrade(request)) return { status: 400, body: errorBody('Bad Request') };
    if (this.#pending.size >= limits.handshakesPending || !throttles.admitsConnection()) return TOO_MANY;
    return undefined;
  }

  async #admit(upgrade: Upgrade): Promise<void> {
    const { request, socket, requestId } = upgrade;
    const connectedAt = this.#context.now();
    const handshake = {
      facts: factsOf(request, connectedAt),
      request: connectRequest(request, connectedAt),
      requestId,
    };
    const admission = await this.#authorize(request, handshake);
    if ('refusal' in admission) {
      const { refusal, why } = admission;
      return this.#refuse(upgrade, refusal, { connectionId: handshake.facts.connectionId, why });
    }
    const { facts } = admission;
    const verdict = await this.#connect(handshake.request, requestId, facts);
    if ('refusal' in verdict) {
      refuseUpgrade(socket, requestId, verdict.refusal);
      return this.#refused(facts);
    }
    if (verdict.subprotocol !== undefined) this.#subprotocols.set(request, verdict.subprotocol);
    this.#open(upgrade, facts);
  }

  /** The authorizer comes first: it may be what knows the API key. */
  async #authorize(request: IncomingMessage, handshake: Handshake): Promise<Admission> {
    const authorization = await authorize(this.#context, handshake);
    if ('refusal' in authorization) return authorization;
    const { apiKeys, app } = this.#context;
    const apiKey = apiKeys.presentedBy(request, authorization.authorizer);
    const facts = { ...handshake.facts, ...authorization, ...(apiKey && { apiKey }) };
    const barred = apiKeys.bars(app.routes.get('$connect'), facts);
    if (barred === undefined) return { facts };
    return { refusal: { status: BARRED_STATUS[barred], body: errorBody(barred) }, why: `API key: ${barred}` };
  }

  /** Without a `why`, an integration or an authorizer has reported it already. */
  #refuse(
    { socket, requestId }: Upgrade,
    refusal: HttpAnswer,
    { connectionId, why: error }: { readonly connectionId: string; readonly why: string | undefined },
  ): void {
    refuseUpgrade(socket, requestId, refusal);
    const refused = { routeKey: '$connect', connectionId, requestId, status: refusal.status };
    if (error !== undefined) reportRefusal(this.#context, { ...refused, error });
  }

  /** Whether AWS runs `$disconnect` for a connection that never was is not known. */
  #refused(facts: ConnectionFacts): void {
    const { behaviours, pending } = this.#context;
    if (behaviours.refusedConnect === 'nothing') return;
    void pending.track(deliverDisconnect(this.#context, facts, VANISHED));
  }

  /** Without a `$connect` route everybody is let in: "Setting up an integration for $connect is optional". */
  async #connect(request: ConnectRequest, requestId: string, facts: ConnectionFacts): Promise<Verdict> {
    const { app, behaviours, now } = this.#context;
    const route = app.routes.get('$connect');
    if (!route) return {};
    const happening = { routeKey: route.routeKey, requestId, at: now() };
    const event = connectEvent(app, facts, request, happening);
    const ids = { connectionId: facts.connectionId, requestId };
    return verdictOf(await callIntegration(this.#context, route, { ...ids, at: happening.at, event }), ids, behaviours);
  }

  /** In the journal before the 101, for the process may be killed right after it; open to everybody right after it. */
  #open({ request, socket: raw, head }: Upgrade, facts: ConnectionFacts): void {
    let isOpened = false;
    this.#context.journal.opened(facts);
    if (!raw.destroyed) {
      this.#server.handleUpgrade(request, raw, head, (socket) => {
        isOpened = true;
        new Session(this.#context, { socket, raw }, facts);
      });
    }
    if (!isOpened) this.#left(facts);
  }

  #left(facts: ConnectionFacts): void {
    const { behaviours, journal, pending } = this.#context;
    if (behaviours.leftDuringConnect === 'disconnect') {
      void pending.track(deliverDisconnect(this.#context, facts, VANISHED));
    } else journal.closed(facts.connectionId);
  }
}

function destroy(this: Duplex): void {
  this.destroy();
}

function factsOf(request: IncomingMessage, connectedAt: number): ConnectionFacts {
  const userAgent = request.headers['user-agent'];
  return {
    connectionId: newId(),
    connectedAt,
    sourceIp: sourceIp(request),
    ...(userAgent !== undefined && { userAgent }),
    host: request.headers.host ?? '',
  };
}

/** What `ws` would refuse only after `$connect` had run: checked first, so that an accepted connection does open. */
function isWebSocketUpgrade({ method, headers }: IncomingMessage): boolean {
  const protocols = headers['sec-websocket-protocol'];
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') return false;
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) return false;
  if (headers['sec-websocket-version'] !== '13') return false;
  return protocols === undefined || isSetOfTokens(protocols);
}

function isSetOfTokens(list: string): boolean {
  const tokens = list.split(',').map((token) => token.trim());
  return TOKEN_LIST.test(list) && new Set(tokens).size === tokens.length;
}
