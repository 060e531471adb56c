import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unitsOf } from '../local/dynamodb/unit-meter';
import type { Database } from '../src/adapters/dynamodb/database';
import { storesOn } from '../src/adapters/lambda/ports';
import { bindConnection } from '../src/domain/bind-connection';
import { openConnection } from '../src/domain/open-connection';
import type { Clock, Sockets } from '../src/domain/ports';
import { sweep } from '../src/domain/sweep';
import { touchConnection } from '../src/domain/touch-connection';
import type { ConnectionId, UserId } from '../src/protocol/ids';
import { LEASE_MS } from '../src/protocol/limits';

/** The rows that a pass of the sweep is measured over. */
export const ROWS = 1_000;

interface Units {
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface PresenceUnits {
  /** Of one command's sign of life. */
  readonly touch: Units;
  /** Of a pass over ROWS connections, none of which has to be looked at. */
  readonly pass: Units;
  /** Of one connection whose lease has ended, and which API Gateway says is open, beyond the pass that found it. */
  readonly renewal: Units;
}

// What a browser sends; most of a row is this.
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

// Digits cost bytes: the same ones make the same units in every run.
const NOW = 1_795_000_000_000;

/** Runs the real operations on empty tables, and adds up what the database says they consumed. */
export async function measurePresence(database: Database): Promise<PresenceUnits> {
  const clock = { time: NOW };
  const ports = portsOn(database, { now: () => clock.time, sleep: async () => undefined });
  const ids = Array.from(
    { length: ROWS },
    (_, index) => `connection${String(index).padStart(5, '0')}=` as ConnectionId,
  );
  for (const [index, connectionId] of ids.entries()) await login(ports, connectionId, `user${index}` as UserId);
  const [first = ids[0] as ConnectionId] = ids;
  const measured = (work: () => Promise<unknown>) => unitsDuring(database.client, work);
  const touch = await measured(() => touchConnection(ports, first));
  const pass = await measured(() => sweep(ports, { until: Number.POSITIVE_INFINITY }));
  clock.time += LEASE_MS + 1;
  const allRenewed = await measured(() => sweep(ports, { until: Number.POSITIVE_INFINITY }));
  const renewal = {
    readUnits: (allRenewed.readUnits - pass.readUnits) / ROWS,
    writeUnits: (allRenewed.writeUnits - pass.writeUnits) / ROWS,
  };
  return { touch, pass, renewal };
}

type Ports = ReturnType<typeof portsOn>;

function portsOn(database: Database, clock: Clock) {
  const sockets: Sockets = {
    push: async () => 'delivered',
    probe: async () => 'open',
    close: async () => 'closed',
  };
  return { ...storesOn(database), clock, sockets };
}

async function login(ports: Ports, connectionId: ConnectionId, userId: UserId): Promise<void> {
  const now = ports.clock.now();
  await ports.accounts.create({ userId, passwordHash: 'not looked at', tokenKey: 'nor this', now });
  await openConnection(ports, { connectionId, connectedAt: now, sourceIp: '203.0.113.195', userAgent: USER_AGENT });
  await bindConnection(ports, { connectionId, userId });
}

/** Asks for the consumed capacity of each request that is sent meanwhile. */
async function unitsDuring(client: DynamoDBClient, work: () => Promise<unknown>): Promise<Units> {
  const sum = { readUnits: 0, writeUnits: 0 };
  const name = 'rollcall-units';
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const { readUnits, writeUnits } = unitsOf(
          commandName.replace(/Command$/, ''),
          Object(result.output).ConsumedCapacity,
        );
        sum.readUnits += readUnits;
        sum.writeUnits += writeUnits;
        return result;
      },
    { name, step: 'initialize' },
  );
  try {
    await work();
  } finally {
    client.middlewareStack.remove(name);
  }
  return sum;
}
