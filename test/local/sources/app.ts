import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppDescription } from '../../../local/app/description';
import { readTemplate } from '../../../local/app/read-template';
import { createTables } from '../../../local/dynamodb/create-tables';
import { localClient } from '../../../local/dynamodb/local-client';
import type { GatewayEvent } from '../../../local/gateway/gateway-event';
import { LambdaFunction } from '../../../local/lambda/lambda-function';
import { type Clock, SYSTEM_CLOCK } from '../../../local/sources/clock';
import type { Queue } from '../../../local/sources/queue';
import type { Queues } from '../../../local/sources/queue-api';
import { createQueues, type SourcesOptions, startSources } from '../../../local/sources/start-sources';
import { chatTemplate, type Resource, sourcesRole } from '../../fixtures/app/chat-template';
import { dynoxide } from '../../tooling/engines';

const DEADLINE_MS = 15_000;

/** A function of the recorder fixture. */
export function recorder(handler: string): Resource {
  const template = chatTemplate().Resources.Login as Resource;
  const Properties = { ...template.Properties, Handler: `index.${handler}`, Environment: {} };
  return { ...template, Properties };
}

export function mapping(functionId: string, source: unknown, properties: Record<string, unknown> = {}): Resource {
  const Properties = { FunctionName: { Ref: functionId }, EventSourceArn: source, ...properties };
  return { Type: 'AWS::Lambda::EventSourceMapping', Properties };
}

/** The chat's template and these resources, on tables of its own. */
export function readApp(resources: Readonly<Record<string, Resource>>): AppDescription {
  const template = chatTemplate();
  return readTemplate({
    template: { ...template, Resources: { ...template.Resources, Role: sourcesRole(), ...resources } },
    assets: { folder: join(__dirname, '../../fixtures/sources'), pathOf: new Map([['abc.zip', 'recorder']]) },
    stackName: `Test-${randomUUID().slice(0, 8)}`,
    region: 'us-east-1',
    accountId: '000000000000',
    localHost: 'localhost:3001',
  });
}

/** An app whose sources run, on a real engine and with real functions. */
export class RunningApp {
  readonly events: GatewayEvent[] = [];
  readonly client = localClient(String(dynoxide.url));
  readonly app: AppDescription;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly #functions = new Map<string, LambdaFunction>();
  #closers: (() => Promise<void>)[] = [];

  constructor(app: AppDescription, clock: Clock = SYSTEM_CLOCK) {
    this.app = app;
    this.clock = clock;
    this.queues = createQueues(app, clock);
  }

  get chatTable(): string {
    return this.tableName('Chat');
  }

  /** By the beginning of a logical id, behind which the CDK writes a hash. */
  tableName(name: string): string {
    return this.app.tables.find(({ logicalId }) => logicalId.startsWith(name))?.tableName ?? '';
  }

  queue(name: string): Queue {
    const queue = this.queues.find(({ description }) => description.logicalId.startsWith(name));
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  }

  async createTables(): Promise<void> {
    await createTables(this.client, this.app.tables);
  }

  async start(options: Partial<SourcesOptions> = {}): Promise<void> {
    const sources = await startSources({
      app: this.app,
      database: String(dynoxide.url),
      queues: this.queues,
      clock: this.clock,
      functionOf: (id) => this.#functionOf(id),
      onEvent: (event) => void this.events.push(event),
      takeUnits: () => ({ readUnits: 0, writeUnits: 0, databaseRequests: 0 }),
      ...options,
    });
    this.#closers.push(() => sources.close());
  }

  /** Ends the sources, not the functions. */
  async stop(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }

  async close(): Promise<void> {
    await this.stop();
    await Promise.all(Array.from(this.#functions.values(), (lambda) => lambda.close()));
    this.client.destroy();
  }

  /** The invocations that have ended, of a source whose title begins so. */
  eventsOf(title: string): readonly GatewayEvent[] {
    return this.events.filter(({ routeKey }) => routeKey.startsWith(title)).sort((a, b) => a.at - b.at);
  }

  /** What these invocations were given. */
  givenTo<T>(title: string): readonly T[] {
    return this.eventsOf(title).map(({ logs }) => JSON.parse(logs[0]?.text ?? 'null') as T);
  }

  async untilEvents(isEnough: (events: readonly GatewayEvent[]) => boolean): Promise<void> {
    await this.until(() => isEnough(this.events));
  }

  /** What the functions were given, once `isEnough` of it. */
  async until<T>(isEnough: (records: readonly T[]) => boolean): Promise<readonly T[]> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const records = this.given<T>().flat();
      if (isEnough(records)) return records;
      if (performance.now() > deadline) throw new Error(`Still only ${JSON.stringify(this.events)}`);
      await delay(10);
    }
  }

  /** The records of each invocation that has ended. */
  given<T>(): readonly (readonly T[])[] {
    return this.events.map(({ logs }) => JSON.parse(logs[0]?.text ?? '{"Records":[]}').Records as readonly T[]);
  }

  #functionOf(id: string): LambdaFunction {
    const description = this.app.functions.get(id);
    if (!description) throw new Error(`no function ${id}`);
    const lambda = this.#functions.get(id) ?? new LambdaFunction(description);
    this.#functions.set(id, lambda);
    return lambda;
  }
}
