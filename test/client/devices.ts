import { type Chat, type ConnectOptions, connect, type Environment } from '../../client';
import { Hosted, type Json } from './hosted';
import { VirtualTime } from './virtual-time';

export const PASSWORD = 'correct horse';

/** A world with a server, and what its devices wake by. */
export function world({ random = () => 0.5 }: { readonly random?: () => number } = {}) {
  const time = new VirtualTime();
  const hosted = new Hosted(time, random);
  const wakers = new Set<() => void>();
  let ids = 0;
  const environment: Environment = {
    now: () => time.now,
    wallClock: () => time.now,
    timer: (ms, run) => time.after(ms, run),
    random,
    newId: () => `id-${++ids}`,
    onWake: (listener) => {
      wakers.add(listener);
      return () => void wakers.delete(listener);
    },
    isOffline: () => false,
  };
  const chats: Chat[] = [];
  const device = (name: string, options: ConnectOptions = {}): Chat => {
    const chat = connect('ws://rollcall', { environment, WebSocket: hosted.socketsOf(name), ...options });
    chats.push(chat);
    return chat;
  };
  const account = async (user: string) => {
    const id = `reg-${user}`;
    await hosted.open(id as never);
    await hosted.act(id, { action: 'reg', user, password: PASSWORD });
  };
  /** A device that is logged in. */
  const online = async (user: string, options: ConnectOptions = {}): Promise<Chat> => {
    const chat = device(user, { login: { user, password: PASSWORD }, ...options });
    await time.pass(200);
    return chat;
  };
  /** Somebody of whom nothing is seen here but what they do. */
  const person = async (user: string) => {
    const id = `person-${user}` as never;
    await hosted.open(id);
    await hosted.act(id, { action: 'login', user, password: PASSWORD });
    return (command: Json & { readonly action: string }) => hosted.act(id, command);
  };
  return {
    time,
    hosted,
    environment,
    device,
    account,
    online,
    person,
    wake: () => {
      for (const waker of [...wakers]) waker();
    },
  };
}

/** What a chat tells of one kind, as it comes. */
export function told<Type extends Parameters<Chat['on']>[0]>(chat: Chat, type: Type) {
  const events: Parameters<Parameters<typeof chat.on<Type>>[1]>[0][] = [];
  chat.on(type, (event) => events.push(event));
  return events;
}
