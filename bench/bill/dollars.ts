import { prices } from './prices';

/** What AWS charges for by how much of it is used. */
export interface Quantities {
  /** WebSocket messages of up to 32 KB: what clients send, replies and pushes. */
  readonly messages: number;
  /** Minutes of all connections. */
  readonly minutes: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly queueRequests: number;
  readonly logBytes: number;
}

export const NOTHING: Quantities = {
  messages: 0,
  minutes: 0,
  invocations: 0,
  gigabyteSeconds: 0,
  readUnits: 0,
  writeUnits: 0,
  queueRequests: 0,
  logBytes: 0,
};

/** In dollars, for one of each. */
const RATES: Quantities = {
  messages: prices.webSocketMessage.dollars,
  minutes: prices.connectionMinute.dollars,
  invocations: prices.lambdaRequest.dollars,
  gigabyteSeconds: prices.lambdaGigabyteSecond.dollars,
  readUnits: prices.readUnit.dollars,
  writeUnits: prices.writeUnit.dollars,
  queueRequests: prices.queueRequest.dollars,
  logBytes: prices.logByte.dollars,
};

function combine(of: (name: keyof Quantities) => number): Quantities {
  const names = Object.keys(NOTHING) as (keyof Quantities)[];
  return Object.fromEntries(names.map((name) => [name, of(name)])) as unknown as Quantities;
}

export function together(parts: readonly Quantities[]): Quantities {
  return combine((name) => parts.reduce((sum, part) => sum + part[name], 0));
}

export function times(quantities: Quantities, factor: number): Quantities {
  return combine((name) => quantities[name] * factor);
}

/** What each of them costs, in dollars. */
export function dollarsEach(quantities: Quantities): Quantities {
  return combine((name) => quantities[name] * RATES[name]);
}

export interface Bill {
  /** Read and write units. */
  readonly database: number;
  /** Invocations, and the time that they take. */
  readonly functions: number;
  /** Messages, and minutes of connection. */
  readonly gateway: number;
  /** Logs, and requests to queues. */
  readonly rest: number;
  readonly together: number;
}

/** In dollars, by the service that they are paid to. */
export function billOf(quantities: Quantities): Bill {
  const each = dollarsEach(quantities);
  const parts = {
    database: each.readUnits + each.writeUnits,
    functions: each.invocations + each.gigabyteSeconds,
    gateway: each.messages + each.minutes,
    rest: each.logBytes + each.queueRequests,
  };
  return { ...parts, together: parts.database + parts.functions + parts.gateway + parts.rest };
}
