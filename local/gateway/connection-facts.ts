/** What is fixed with the handshake: all that the connection's later events need, even after this process has died. */
export interface ConnectionFacts {
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly sourceIp: string;
  /** Absent when the client sent no User-Agent. */
  readonly userAgent?: string;
  /** The Host header, which becomes `domainName`. */
  readonly host: string;
  /** The API key that the handshake came with, if it is one of the template's. */
  readonly apiKey?: { readonly id: string; readonly value: string };
  /** What an authorizer said of the client: every event of the connection has it. Absent when there was none. */
  readonly authorizer?: Readonly<Record<string, string | number | boolean>>;
}

/** The same, of a connection that is open now. */
export interface OpenConnection extends ConnectionFacts {
  readonly lastActiveAt: number;
}
