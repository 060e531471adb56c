import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isMetered, unitsOf, unitsOfRefusal } from '../../local/dynamodb/unit-meter';

/** What one table, with its indexes, has consumed. */
export interface TableUnits {
  /** Its name. */
  readonly table: string;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface Metered {
  readonly requests: number;
  /** Requests one after the other, if each took the same time: those that are under way at once count once. */
  readonly inSequence: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Where these units went, as far as it was told: of what was refused, DynamoDB does not say. */
  readonly tables: readonly TableUnits[];
}

/** Long enough for whatever follows an answer to send its next requests. */
const QUIET_MS = 3;

/**
 * Makes a client count: every request, the units that DynamoDB says it consumed, and in how many rounds they went. A round
 * begins when nothing is under way any more, with all requests that wait by then.
 */
export class Meter {
  #total = { requests: 0, inSequence: 0, readUnits: 0, writeUnits: 0 };
  #tables: TableUnits[] = [];
  #waiting: (() => void)[] = [];
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const operation = commandName.replace('Command', '');
          const metered = isMetered(operation) ? { ReturnConsumedCapacity: 'TOTAL' } : {};
          await this.#turn();
          try {
            const result = await next({ ...args, input: { ...args.input, ...metered } });
            const consumed = (result.output as { ConsumedCapacity?: unknown }).ConsumedCapacity;
            this.#count(unitsOf(operation, consumed));
            this.#tables.push(...byTable(operation, consumed));
            return result;
          } catch (cause) {
            this.#count(refusalUnits(cause));
            throw cause;
          } finally {
            this.#underWay--;
            this.#plan();
          }
        },
      { step: 'initialize' },
    );
  }

  /** What was counted since the last call. */
  take(): Metered {
    const total = { ...this.#total, tables: this.#tables };
    this.#total = { requests: 0, inSequence: 0, readUnits: 0, writeUnits: 0 };
    this.#tables = [];
    return total;
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#plan();
    });
  }

  #plan(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#release(), QUIET_MS);
  }

  #release(): void {
    if (this.#underWay > 0 || this.#waiting.length === 0) return;
    const round = this.#waiting.splice(0);
    this.#total.inSequence++;
    this.#underWay = round.length;
    for (const go of round) go();
  }

  #count({ readUnits, writeUnits }: { readonly readUnits: number; readonly writeUnits: number }): void {
    this.#total.requests++;
    this.#total.readUnits += readUnits;
    this.#total.writeUnits += writeUnits;
  }
}

function byTable(operation: string, consumed: unknown): readonly TableUnits[] {
  return [consumed ?? []].flat().map((capacity) => {
    const { readUnits, writeUnits } = unitsOf(operation, capacity);
    return { table: String((capacity as { TableName?: string }).TableName), readUnits, writeUnits };
  });
}

function refusalUnits(cause: unknown) {
  const { name = '', CancellationReasons = [] } = cause as { name?: string; CancellationReasons?: readonly unknown[] };
  return unitsOfRefusal(name, CancellationReasons.length);
}
