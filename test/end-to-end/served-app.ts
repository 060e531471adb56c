import { setTimeout as delay } from 'node:timers/promises';
import { localClient } from '../../local/dynamodb/local-client';
import { findFreePort } from '../../local/process/free-port';
import type { Database } from '../../src/adapters/dynamodb/database';
import { type Child, eventually, npm, START_MS_MAX } from './children';

/** Clients that leave together have their last Lambdas to run; the gateway waits ten seconds for them. */
const STOP_MS_MAX = 30_000;

/** A second without a Lambda: what follows from one, but for announcements of presence, comes sooner. */
const IDLE_LOOKS = 20;
const IDLE_LOOK_MS = 50;

interface Facts {
  readonly database: string;
  readonly tables: Readonly<Record<string, string>>;
  readonly connections: readonly { readonly connectionId: string; readonly userAgent?: string }[];
  readonly functions: Readonly<Record<string, { readonly busy: number }>>;
  readonly faults: Readonly<Record<string, { readonly probability: number; readonly struck: number }>>;
}

/** Rollcall as `npm start` serves it, with a database in memory, and what `/_local/` tells and does. */
export class ServedApp {
  readonly #child: Child;
  readonly #port: number;
  readonly url: string;
  readonly pageUrl: string;

  private constructor(child: Child, port: number, webPort: number) {
    this.#child = child;
    this.#port = port;
    this.url = `ws://localhost:${port}/dev`;
    this.pageUrl = `http://localhost:${webPort}/`;
  }

  static async start(flags: readonly string[]): Promise<ServedApp> {
    const [port, webPort] = await Promise.all([findFreePort(), findFreePort()]);
    const ports = ['--port', String(port), '--web-port', String(webPort)];
    const child = npm('start', '--silent', '--', ...ports, '--database', 'memory', '--json', '--no-watch', ...flags);
    try {
      await eventually('ready line', () => child.stdout.includes('"type":"ready"') || undefined, START_MS_MAX);
    } catch (error) {
      child.kill();
      throw new Error(`npm start said: ${child.stdout}${child.stderr}`, { cause: error });
    }
    return new ServedApp(child, port, webPort);
  }

  async facts(): Promise<Facts> {
    return (await fetch(`http://localhost:${this.#port}/_local/`)).json() as Promise<Facts>;
  }

  /** The tables themselves, past the faults. */
  async database(): Promise<Database> {
    const { database, tables } = await this.facts();
    const tableOf = (id: string) => {
      const [, name] = Object.entries(tables).find(([logicalId]) => logicalId.startsWith(`ChatApi${id}`)) ?? [];
      if (name === undefined) throw new Error(`There is no table ${id}.`);
      return name;
    };
    return { client: localClient(database), connectionsTable: tableOf('Connections'), chatTable: tableOf('Chat') };
  }

  /** Whether no Lambda has run for a while, `undefined` if one has: what was under way has ended, wherever it came from. */
  async isIdle(): Promise<true | undefined> {
    for (let look = 0; look < IDLE_LOOKS; look += 1) {
      const { functions } = await this.facts();
      if (Object.values(functions).some(({ busy }) => busy > 0)) return undefined;
      await delay(IDLE_LOOK_MS);
    }
    return true;
  }

  /** Does this to the open connection whose client calls itself so. @returns false if there is none. */
  async disturb(userAgent: string, act: 'cut' | 'freeze' | 'thaw'): Promise<boolean> {
    const { connections } = await this.facts();
    const connection = connections.find((open) => open.userAgent === userAgent);
    if (connection === undefined) return false;
    const { ok } = await this.#post(`connections/${encodeURIComponent(connection.connectionId)}/${act}`, {});
    return ok;
  }

  /** From now on, none of the faults strikes. */
  async calm(): Promise<void> {
    const { faults } = await this.facts();
    const named = Object.entries(faults).filter(([, fault]) => typeof fault === 'object');
    await this.trouble(Object.fromEntries(named.map(([name]) => [name, 0])));
  }

  /** From now on, these faults strike so often. They were named at the start, if only with 0. */
  async trouble(probabilities: Readonly<Record<string, number>>): Promise<void> {
    const { ok } = await this.#post('faults', probabilities);
    if (!ok) throw new Error(`The faults could not be set to ${JSON.stringify(probabilities)}.`);
  }

  /** What a schedule, a queue or a stream has invoked, and has ended, well or not. */
  invokedBy(source: 'schedule' | 'queue' | 'stream'): readonly { readonly error?: string }[] {
    const lines = this.#child.stdout.split('\n').filter((line) => line.includes(`"routeKey":"${source} `));
    return lines.map((line) => JSON.parse(line));
  }

  /** The lines of invocations in which a Lambda failed or logged an error; not those for which a busy machine had no time. */
  failures(): readonly string[] {
    const lines = this.#child.stdout.split('\n').filter((line) => !line.includes('"status":504'));
    return lines.filter((line) => /"error":|\\"level\\":\\"ERROR\\"|[Uu]nhandled/.test(line));
  }

  async stop(): Promise<void> {
    this.#child.interrupt();
    const late = setTimeout(() => this.#child.kill(), STOP_MS_MAX);
    await this.#child.ended();
    clearTimeout(late);
  }

  #post(path: string, body: object): Promise<Response> {
    return fetch(`http://localhost:${this.#port}/_local/${path}`, { method: 'POST', body: JSON.stringify(body) });
  }
}
