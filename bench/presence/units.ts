import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unitsOf } from '../../local/dynamodb/unit-meter';
import type { Database } from '../../src/adapters/dynamodb/database';
import { touchConnection } from '../../src/domain/frames/touch-connection';
import type { Clock, Sockets } from '../../src/domain/ports/ports';
import { bindConnection } from '../../src/domain/presence/bind-connection';
import { openConnection } from '../../src/domain/presence/open-connection';
import { sweep } from '../../src/domain/presence/sweep';
import { inParallel } from '../../src/domain/steps/in-parallel';
import type { ConnectionId, UserId } from '../../src/protocol/ids';
import { LEASE_MS } from '../../src/protocol/limits';
import { storesOn } from '../../test/tooling/stores-on';
import { USER_AGENT } from '../operations/stage';

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

const LOGINS_AT_ONCE = 16;

// Digits cost bytes, all but the zeros behind them: the same ones make the same units in every run.
const NOW = 1_795_423_151_576;

/** Runs the real operations on empty tables, and adds up what the database says they consumed. */
export async function measurePresence(database: Database): Promise<PresenceUnits> {
  const clock = { time: NOW };
  const ports = portsOn(database, { now: () => clock.time, sleep: async () => undefined });
  const measured = (work: () => Promise<unknown>) => unitsDuring(database.client, work);
  const measuredPass = () => measured(() => sweep(ports, { until: Number.POSITIVE_INFINITY }));
  await login(ports, 0);
  const touch = await measured(() => touchConnection(ports, connectionIdOf(0)));
  const quiet = await measuredPass();
  clock.time += LEASE_MS + 1;
  const renewing = await measuredPass();
  const others = Array.from({ length: ROWS - 1 }, (_, index) => index + 1);
  await inParallel(others, LOGINS_AT_ONCE, (index) => login(ports, index));
  const pass = await measuredPass();
  const renewal = {
    readUnits: renewing.readUnits - quiet.readUnits,
    writeUnits: renewing.writeUnits - quiet.writeUnits,
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

const connectionIdOf = (index: number) => `connection${String(index).padStart(5, '0')}=` as ConnectionId;

async function login(ports: Ports, index: number): Promise<void> {
  const [connectionId, userId, now] = [connectionIdOf(index), `user${index}` as UserId, ports.clock.now()];
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
