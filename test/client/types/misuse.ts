/** What must not compile, and what must: checked by `npm run check:types`, never run. */
import { WebSocket } from 'ws';
import {
  type Chat,
  ChatError,
  type ClientStorage,
  connect,
  type Me,
  type Message,
  memoryStorage,
} from '../../../client';

declare const chat: Chat;

export function connecting() {
  connect('ws://localhost:3001/dev', { WebSocket, login: { user: 'ann', password: 'correct horse' } });
  connect(new URL('ws://localhost:3001/dev'), { login: { token: 'abc' }, storage: memoryStorage() });
  // @ts-expect-error one proof, not two
  connect('ws://localhost', { login: { user: 'ann', password: 'correct horse', token: 'abc' } });
  // @ts-expect-error a user needs a password
  connect('ws://localhost', { login: { user: 'ann' } });
  // @ts-expect-error there is no such option
  connect('ws://localhost', { heartbeats: 30 });
  // @ts-expect-error a storage loads as well
  const storage: ClientStorage = { save: async () => undefined };
  return storage;
}

export function sending() {
  chat.send({ to: 'bob' }, 'hello').stored.then(({ seq }) => seq.toFixed());
  chat.send({ group: 'choir' }, 'hello', { signal: AbortSignal.timeout(1_000) });
  // @ts-expect-error to a user or to a group, not both
  chat.send({ to: 'bob', group: 'choir' }, 'hello');
  // @ts-expect-error to somebody
  chat.send({}, 'hello');
  // @ts-expect-error a text
  chat.send({ to: 'bob' });
  // @ts-expect-error what waits to be stored is there to be looked at
  chat.drafts.push(chat.send({ to: 'bob' }, 'hello').draft);
}

export async function asking() {
  const { messages, more } = await chat.history({ conversation: 'dm:ann:bob', before: 7, limit: 10 });
  // @ts-expect-error the server refuses a field that it does not know
  await chat.history({ conversation: 'dm:ann:bob', from: 7 });
  // @ts-expect-error of which conversation
  await chat.history({ limit: 10 });
  // @ts-expect-error a list of users
  await chat.presence('bob');
  // @ts-expect-error a group needs a name
  await chat.createGroup({ description: 'sings' });
  const { role } = await chat.joinGroup('choir');
  // @ts-expect-error there are two roles
  const isGuest = role === 'guest';
  return { messages, more, isGuest };
}

export async function listening() {
  chat.on('message', ({ conversation, seq, text, change, hidden }) => [conversation, seq, text, change, hidden]);
  chat.on('presence', ({ state }) => {
    // @ts-expect-error online or offline
    return state === 'away';
  });
  chat.on('state', (event) => {
    // @ts-expect-error only where it is disconnected there is a next attempt
    const next = event.nextAttemptAt;
    return event.state === 'disconnected' ? event.nextAttemptAt : next;
  });
  // @ts-expect-error there is no such event
  chat.on('messages', () => undefined);
  for await (const { text } of chat.messages()) {
    // @ts-expect-error a change of a group has no text
    text.toUpperCase();
  }
}

export function looking(me: Me, message: Message, error: unknown) {
  // @ts-expect-error replaced, never changed
  me.friends[0].state = 'online';
  // @ts-expect-error nor this
  message.seq = 1;
  // @ts-expect-error the secret is the storage's
  const { token } = me;
  // @ts-expect-error before the first connection there is none
  chat.me.friends;
  // @ts-expect-error a code of the protocol, or of the client
  if (error instanceof ChatError && error.code === 'wrong_password') return token;
  if (error instanceof ChatError && error.code === 'wrong_credentials') return undefined;
  return error;
}
