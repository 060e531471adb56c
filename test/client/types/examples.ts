/** The examples of client/README.md and README.md, as they stand there: a test compares them, `npm run check:types` compiles them. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { ClientStorage } from 'rollcall/client';
import { ChatError, connect, indexedDbStorage } from 'rollcall/client';
import { WebSocket } from 'ws';

declare function show(lines: readonly unknown[]): void;
declare const provider: { getToken(): Promise<string> };

const chat = connect('wss://chat.example.com/live', { storage: indexedDbStorage('my-app') });

export async function connecting() {
  await chat.opened;
  if (chat.user === undefined) await chat.login({ user: 'ann', password: 'correct horse' });
}

export async function reading() {
  const bot = connect('ws://localhost:3001/dev', { WebSocket, login: { user: 'bot', password: 'battery staple' } });
  for await (const { conversation, from, text } of bot.messages()) {
    if (from !== bot.user && text !== undefined) console.log(conversation, from, text);
  }
}

export function identifying() {
  const chat = connect('wss://chat.example.com/live', { identity: () => provider.getToken() });
  chat.on('error', (error) => {
    if (error instanceof ChatError && error.code === 'no_identity') show(['sign in again', error.cause]);
  });
}

export async function sending() {
  const { draft, stored, cancel } = chat.send({ to: 'bob' }, 'hello');
  chat.on('draft', ({ change, draft: { text } }) => console.log(text, change));
  const { seq } = await stored;
  return { draft, cancel, seq };
}

export async function showing() {
  chat.on('message', ({ conversation }) => show(chat.entries(conversation)));
  chat.on('me', (me) => show(me?.conversations.map(({ conversation, unread }) => `${conversation}: ${unread}`) ?? []));
  await chat.loadOlder('dm:ann:bob', { limit: 50, signal: AbortSignal.timeout(10_000) });
  chat.read('dm:ann:bob', 7);
}

export function telling() {
  chat.on('state', (event) => {
    if (event.state !== 'disconnected') return;
    const seconds = Math.ceil(((event.nextAttemptAt ?? Date.now()) - Date.now()) / 1_000);
    show(event.nextAttemptAt === undefined ? [event.reason.code] : [event.reason.code, `again in ${seconds} s`]);
  });
}

const fileStorage = (path: string): ClientStorage => ({
  load: async () => JSON.parse(await readFile(path, 'utf8').catch(() => 'null')) ?? undefined,
  save: async (kept) => {
    await writeFile(`${path}.next`, JSON.stringify(kept));
    await rename(`${path}.next`, path);
  },
});

export async function greeting() {
  const chat = connect('ws://localhost:3001/dev', { WebSocket, storage: fileStorage('ann.json') });
  await chat.register({ user: 'ann', password: 'correct horse' });
  chat.on('presence', ({ user, state }) => console.log(user, 'is', state));
  chat.on('message', ({ from, text }) => console.log(from, 'says', text));
  await chat.send({ to: 'bob' }, 'hello').stored; // stored once, whatever the network does
}
