import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CloudAssembly, readCloudAssembly } from '../../../local/app/cloud-assembly';
import { readTemplate } from '../../../local/app/read-template';
import { type ServedApi, serveApi } from '../../../local/app/serve-api';
import { synthesise } from '../../../local/app/synthesise';
import { createTables } from '../../../local/dynamodb/create-tables';
import { type Engine, startEngine } from '../../../local/dynamodb/engine';
import { localClient } from '../../../local/dynamodb/local-client';
import type { GatewayEvent } from '../../../local/gateway/gateway-event';
import { Closers } from '../../../local/process/closers';
import { findFreePort } from '../../../local/process/free-port';
import { groupsOn } from '../../../src/adapters/dynamodb/groups';
import type { ConversationId, MessageId, UserId } from '../../../src/protocol/ids';
import { DIRECT_MEMBERS_MAX } from '../../../src/protocol/limits';
import * as routes from '../../../src/routes';
import { Client, closeAll } from '../gateway/harness';

const ROOT = join(__dirname, '../../..');
const PLACE = { region: 'us-east-1', accountId: '000000000000' };
const PASSWORD = 'correct horse';
const SYNTH_MS_MAX = 120_000;

let folder: string;
let assembly: CloudAssembly;
let engine: Engine;
let closers: Closers;
let events: GatewayEvent[];
let served: ServedApi;
let people = 0;
let chatTable: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'permissions-'));
  const output = join(folder, 'cdk.out');
  await synthesise({ root: ROOT, output, signal: new AbortController().signal, ...PLACE });
  assembly = await readCloudAssembly(output);
  engine = await startEngine({});
}, SYNTH_MS_MAX);

afterEach(async () => {
  await closeAll();
  await closers.closeAll();
});

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** Rollcall's own stack, with a hole in one role's policy if `without` is given. */
async function serve(
  without: { readonly role?: RegExp; readonly action?: string; readonly environment?: object } = {},
): Promise<string> {
  const port = await findFreePort();
  const template = withEnvironment(withoutGrant(assembly.template, without), without.environment ?? {});
  const app = readTemplate({ ...assembly, template, ...PLACE, localHost: `localhost:${port}` });
  const direct = localClient(engine.url);
  await createTables(direct, app.tables);
  chatTable = String(app.tables.find(({ logicalId }) => logicalId.startsWith('ChatApiChat'))?.tableName);
  direct.destroy();
  closers = new Closers();
  events = [];
  const state = { folder, journalPath: join(folder, `${port}.journal`) };
  const context = {
    closers,
    options: { behaviours: {}, limits: {} },
    onEvent: (event: GatewayEvent) => events.push(event),
  };
  served = await serveApi(context, { app, database: engine.url, port, state });
  return served.gateway.url;
}

/** Sets variables in the environments of all functions. */
function withEnvironment(template: unknown, environment: object): unknown {
  return JSON.parse(JSON.stringify(template), (key, value) =>
    key === 'Variables' ? { ...value, ...environment } : value,
  );
}

/** Takes one action out of the policies whose logical id matches. */
function withoutGrant(template: unknown, { role, action }: { role?: RegExp; action?: string }): unknown {
  if (role === undefined) return template;
  const { Resources } = template as { Resources: Record<string, unknown> };
  const changed = Object.entries(Resources).map(([id, resource]) => {
    const text = JSON.stringify(resource);
    return [id, role.test(id) ? JSON.parse(text.replaceAll(`"${action}"`, '"none:None"')) : resource];
  });
  const stripped = { Resources: Object.fromEntries(changed) };
  if (JSON.stringify(stripped) === JSON.stringify({ Resources })) throw new Error(`no ${action} in ${role}`);
  return stripped;
}

async function ask(client: Client, frame: object): Promise<Record<string, unknown>> {
  client.send(frame);
  for (;;) {
    const heard = JSON.parse(await client.next()) as Record<string, unknown>;
    if (heard.type === 'reply' || heard.type === 'error') return heard;
  }
}

/** A name that nobody has yet. */
function newUser(): string {
  return `user${people++}`;
}

async function member(url: string, user: string): Promise<Client> {
  const client = await Client.open(url);
  expect(await ask(client, { action: 'reg', user, password: PASSWORD })).toMatchObject({ ok: true });
  expect(await ask(client, { action: 'login', user, password: PASSWORD })).toMatchObject({ ok: true });
  return client;
}

/** So many more members of a group that has one, without a socket for each. */
async function crowd(conversation: string, more: number): Promise<void> {
  const client = localClient(engine.url);
  const groups = groupsOn({ client, chatTable, connectionsTable: 'none' });
  for (let seq = 2; seq <= more + 1; seq++) {
    const from = `${newUser()}x` as UserId;
    const id = `j${seq}` as MessageId;
    const entry = { conversation: conversation as ConversationId, seq, from, change: 'joined' as const, sentAt: 1, id };
    expect(await groups.join({ entry, role: 'member', versionSeen: seq - 1, big: false })).toBe('joined');
  }
  client.destroy();
}

async function facts(url: string): Promise<{ readonly functions: Record<string, unknown> }> {
  const answer = await fetch(`${url.replace('ws://', 'http://').replace(/[^/]+$/, '')}_local/`);
  return (await answer.json()) as { functions: Record<string, unknown> };
}

/** Which routes' Lambdas were refused something, from what they logged. */
function refusedRoutes(): readonly string[] {
  const isRefused = (event: GatewayEvent) => /AccessDenied|is not authorized/.test(JSON.stringify(event));
  return [...new Set(events.filter(isRefused).map(({ routeKey }) => routeKey))];
}

async function until(what: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!what() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(what()).toBe(true);
}

describe('Rollcall under its own roles', () => {
  it('does everything with the functions of all routes, and none is refused anything', async () => {
    const url = await serve();
    const [ann, ben] = [newUser(), newUser()];
    const [annClient, benClient] = [await member(url, ann), await member(url, ben)];
    const group = `choir-${ann}`;

    const chat = await ask(annClient, { action: 'chat', to: ben, text: 'hello' });
    const message = JSON.parse(await benClient.next());
    const { conversation } = message;
    const replies = [
      chat,
      await ask(benClient, { action: 'ack', conversation, received: 1, ref: 1 }),
      await ask(benClient, { action: 'ping' }),
      await ask(benClient, { action: 'presence', users: [ann] }),
      await ask(benClient, { action: 'devices' }),
      await ask(benClient, { action: 'addFriend', user: ann }),
      await ask(annClient, { action: 'addFriend', user: ben }),
      await ask(benClient, { action: 'removeFriend', user: ann }),
      await ask(benClient, { action: 'history', conversation }),
      await ask(benClient, { action: 'sync' }),
      await ask(benClient, { action: 'typing', to: ann, ref: 2 }),
      await ask(annClient, { action: 'createGroup', name: 'Choir', id: group }),
      await ask(benClient, { action: 'joinGroup', group }),
      await ask(benClient, { action: 'chat', group, text: 'hello' }),
      await ask(benClient, { action: 'typing', group, ref: 3 }),
      await ask(annClient, { action: 'ack', conversation: `group:${group}`, read: 3, ref: 4 }),
      await ask(annClient, { action: 'members', group }),
      await ask(benClient, { action: 'leaveGroup', group }),
      await ask(benClient, { action: 'block', user: ann }),
      await ask(annClient, { action: 'chat', to: ben, text: 'hidden' }),
      await ask(benClient, { action: 'block', user: ann, unblock: true }),
      await ask(benClient, { action: 'passwd', password: PASSWORD, newPassword: `new ${PASSWORD}` }),
      await ask(benClient, { action: 'logout', everywhere: true }),
    ];
    const unknown = await ask(benClient, { action: 'dance' });
    benClient.socket.close();
    annClient.socket.close();
    await until(() => events.filter(({ routeKey }) => routeKey === '$disconnect').length === 2);

    expect(message).toMatchObject({ type: 'message', from: ann, text: 'hello' });
    expect(replies.map(({ ok }) => ok)).toEqual(replies.map(() => true));
    expect(unknown).toMatchObject({ type: 'error' });
    expect(refusedRoutes()).toEqual([]);
    const served = new Set(events.map(({ routeKey }) => routeKey).filter((routeKey) => !routeKey.includes(' ')));
    expect(served).toEqual(new Set(Object.keys(routes)));
  });

  it('closes a connection on its fifth wrong password, after having said so; a token still logs in', async () => {
    const url = await serve();
    const ann = newUser();
    const owner = await member(url, ann);
    const { token } = await ask(owner, { action: 'login', user: ann, password: PASSWORD });
    const guesser = await Client.open(url);

    const codes: unknown[] = [];
    for (let guess = 1; guess <= 5; guess++) {
      codes.push((await ask(guesser, { action: 'login', user: ann, password: `guess ${guess}` })).code);
    }

    expect(codes).toEqual(Array(5).fill('wrong_credentials'));
    expect(await guesser.closed).toMatchObject({ code: 1000 });
    expect(await ask(await Client.open(url), { action: 'login', token })).toMatchObject({ ok: true });
    expect(await ask(owner, { action: 'ping' })).toMatchObject({ ok: true });
    expect(refusedRoutes()).toEqual([]);
  });

  it('tells a friend who went offline, by the stream', async () => {
    const url = await serve();
    const [ann, ben] = [newUser(), newUser()];
    const [annClient, benClient] = [await member(url, ann), await member(url, ben)];
    await ask(annClient, { action: 'addFriend', user: ben });
    await ask(benClient, { action: 'addFriend', user: ann });
    const heard: Record<string, unknown>[] = [];

    benClient.socket.terminate();
    while (heard.at(-1)?.state !== 'offline') heard.push(JSON.parse(await annClient.next()));

    expect(heard.at(-1)).toMatchObject({ type: 'presence', user: ben, version: 2, lastSeen: expect.any(Number) });
    expect(refusedRoutes()).toEqual([]);
  });

  it('tells a large group through the queue, to its last page', async () => {
    const url = await serve();
    const [ann, ben] = [newUser(), newUser()];
    const [annClient, benClient] = [await member(url, ann), await member(url, ben)];
    const group = `crowd-${ann}`;
    await ask(annClient, { action: 'createGroup', name: 'Crowd', id: group });
    await crowd(`group:${group}`, DIRECT_MEMBERS_MAX - 1);
    await ask(benClient, { action: 'joinGroup', group });

    await ask(annClient, { action: 'chat', group, text: 'hello' });
    let heard: Record<string, unknown> = {};
    while (heard.text === undefined) heard = JSON.parse(await benClient.next());

    expect(heard).toMatchObject({ type: 'message', from: ann, text: 'hello', seq: DIRECT_MEMBERS_MAX + 2 });
    expect(refusedRoutes()).toEqual([]);
  });

  it('sweeps: asks about the silent, and forgets and closes who never logged in', async () => {
    const url = await serve({
      environment: { SWEEP_PERIOD_SECONDS: '60', LEASE_SECONDS: '0.001', LOGIN_GRACE_SECONDS: '0.001' },
    });
    const silent = await member(url, newUser());
    const stranger = await Client.open(url);
    const closed = new Promise<number>((resolve) => stranger.socket.once('close', resolve));
    const { functions } = await facts(url);
    const [sweep = ''] = Object.keys(functions).filter((id) => id.startsWith('ChatApiSweepFunction'));

    const invocation = await served.functions.get(sweep).invoke({});

    expect(invocation).toMatchObject({ outcome: 'returned' });
    const swept = JSON.parse(invocation.logs.at(-1)?.text ?? '{}');
    expect(swept).toMatchObject({ message: 'swept', passes: 1, failed: 0 });
    expect(Math.min(swept.renewed, swept.forgotten)).toBeGreaterThanOrEqual(1);
    expect(await closed).toEqual(expect.any(Number));
    expect(await ask(silent, { action: 'ping' })).toMatchObject({ ok: true });
  });

  it('shows at /_local/ its connections, environments and counters', async () => {
    const url = await serve();
    await member(url, newUser());

    const shown = await facts(url);

    expect(shown).toMatchObject({
      connections: [{ sourceIp: expect.any(String) }],
      faults: null,
      counters: { errors: 0, routes: { $connect: 1, reg: 1, login: 1 } },
    });
    const { functions } = shown;
    const [login] = Object.keys(functions).filter((id) => id.startsWith('ChatApiLoginFunction'));
    expect(functions[login ?? '']).toEqual({ busy: 0, warm: 1 });
  });

  it('refuses a registration without dynamodb:PutItem', async () => {
    const url = await serve({ role: /ChatApiRegRole/, action: 'dynamodb:PutItem' });
    const client = await Client.open(url);

    const reply = await ask(client, { action: 'reg', user: newUser(), password: PASSWORD });
    await until(() => refusedRoutes().length > 0);

    expect(reply).toMatchObject({ type: 'error', code: 'internal' });
    expect(refusedRoutes()).toEqual(['reg']);
    expect(JSON.stringify(events)).toMatch(
      /assumed-role\/Rollcall-ChatApiRegRole\w+-LOCAL\/Rollcall-ChatApiRegFunction\w+-LOCAL is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table\/Rollcall-ChatApiChat/,
    );
  });

  it('refuses a push without execute-api:ManageConnections', async () => {
    const url = await serve({ role: /ChatApiChatRole/, action: 'execute-api:ManageConnections' });
    const [ann, ben] = [newUser(), newUser()];
    const [annClient, benClient] = [await member(url, ann), await member(url, ben)];

    await ask(annClient, { action: 'chat', to: ben, text: 'hello' });
    await until(() => refusedRoutes().length > 0);

    expect(refusedRoutes()).toEqual(['chat']);
    expect(benClient.unheard).toEqual([]);
  });
});
