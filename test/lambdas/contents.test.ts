import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { CallbackClient } from '../../src/adapters/api-gateway/callback-client';
import type { WebSocketEvent } from '../../src/adapters/lambda/event';
import * as commands from '../../src/protocol/commands';
import type { ConnectionId } from '../../src/protocol/ids';
import { captureLog } from '../tooling/capture-log';
import { emfErrors } from '../tooling/emf';
import { describeOn, dynoxide } from '../tooling/engines';
import { invoke } from '../tooling/handlers';
import { readablePasswords } from '../tooling/readable-passwords';

// What anybody writes, and what proves who they are, has this in it. No log line, no error and no metric may.
const MARK = 'plover';

type Json = Readonly<Record<string, unknown>>;

/** A bug that quotes all that it knows, as badly as a bug can. */
const BUGS = {
  'an Error': (words: string) => new Error(`What is this? ${words}`),
  'an Error behind an Error': (words: string) => new Error('It failed.', { cause: new Error(words) }),
  'a fault that passes': (words: string) =>
    Object.assign(new Error(words), { name: 'ThrottlingException', Item: { words } }),
  'a SyntaxError': (words: string) => new SyntaxError(`Unexpected token ${words.slice(0, 40)}… is not valid JSON`),
  'a TypeError': (words: string) => new TypeError(`Cannot create property 'x' on string '${words}'`),
} satisfies Readonly<Record<string, (words: string) => unknown>>;

const PASSWORD = `${MARK} is my password`;

/** What each command is tried with, by whom, and what comes of it when nothing fails, in an order in which it can be done. */
const tried: readonly (readonly [frame: Json, outcome?: string, by?: string])[] = [
  [{ action: 'reg', user: 'cid', password: PASSWORD }, 'user_taken'],
  [{ action: 'login', user: 'ann', password: PASSWORD, heartbeat: 60 }],
  [{ action: 'login', user: 'dan', password: `${MARK} is wrong` }, 'too_many_attempts', 'dan'],
  [{ action: 'login', token: `${MARK}.1798005244769.${MARK}` }, 'wrong_credentials'],
  [{ action: 'ping' }],
  [{ action: 'chat', to: 'bob', text: `${MARK}, said the crow` }],
  [{ action: 'chat', to: 'ann', text: `${MARK} to oneself` }, 'to_self'],
  [{ action: 'createGroup', name: `${MARK} club`, description: `for all who like a ${MARK}`, id: 'club-7' }],
  [{ action: 'chat', group: 'club-7', text: `a ${MARK}!` }],
  [{ action: 'ack', conversation: 'dm:ann:bob', received: 1, read: 1 }],
  [{ action: 'history', conversation: 'dm:ann:bob' }],
  [{ action: 'sync' }],
  [{ action: 'typing', to: 'bob' }],
  [{ action: 'joinGroup', group: 'club-7' }],
  [{ action: 'members', group: 'club-7' }],
  [{ action: 'leaveGroup', group: 'club-7' }],
  [{ action: 'addFriend', user: 'bob' }],
  [{ action: 'presence', users: ['bob'] }],
  [{ action: 'devices' }],
  [{ action: 'block', user: 'bob' }],
  [{ action: 'block', user: 'bob', unblock: true }],
  [{ action: 'removeFriend', user: 'bob' }],
  [{ action: 'passwd', password: PASSWORD, newPassword: PASSWORD }],
  [{ action: 'passwd', password: `a wrong ${MARK}`, newPassword: PASSWORD }, 'too_many_attempts', 'eve'],
  [{ action: 'logout', everywhere: true }, 'not_logged_in'],
];

// Lambdas are loaded later. So a password is in what is stored, too.
jest.mock('../../src/adapters/node/passwords', () => ({ passwords: readablePasswords }));

describeOn(dynoxide, 'what somebody wrote', (database) => {
  const { lines, logged, restore } = captureLog();
  const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation((...args) => void lines.push(args.join())),
  );
  const real = DynamoDBClient.prototype.send as (this: DynamoDBClient, command: object) => Promise<unknown>;
  const storm: { countdown: number; bug: keyof typeof BUGS } = { countdown: Number.POSITIVE_INFINITY, bug: 'an Error' };
  const thrown = { quoting: 0 };

  /** Every request of whatever service; the one that is due throws its own input. */
  const request = (input: unknown) => {
    if (--storm.countdown !== 0) return;
    const words = readable(input);
    if (words.includes(MARK)) thrown.quoting++;
    throw BUGS[storm.bug](words);
  };

  beforeAll(async () => {
    const { client, connectionsTable, chatTable } = database();
    Object.assign(process.env, { CONNECTIONS_TABLE: connectionsTable, CHAT_TABLE: chatTable, LOG_LEVEL: 'DEBUG' });
    jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(async (command) => {
      request(command.input);
      return real.call(client, command);
    });
    jest.spyOn(CallbackClient.prototype, 'send').mockImplementation(async (posted) => request(posted));
    jest
      .spyOn(SQSClient.prototype as { send(command: { input: unknown }): unknown }, 'send')
      .mockImplementation(async (command) => {
        request(command.input);
        return {};
      });
    for (const user of ['ann', 'bob', 'dan', 'eve']) {
      await open(`c-${user}`);
      await send(`c-${user}`, { action: 'reg', user, password: PASSWORD });
      await login(user);
    }
  });
  afterAll(() => {
    restore();
    for (const spy of consoles) spy.mockRestore();
    delete process.env.LOG_LEVEL;
  });

  const open = (connectionId: string) => invoke('connect', eventOf(connectionId));
  const send = (connectionId: string, frame: Json | string) => {
    const body = typeof frame === 'string' ? frame : JSON.stringify({ ref: MARK, ...frame });
    return invoke(fileOf(frame), eventOf(connectionId, body));
  };
  const login = (user: string) => send(`c-${user}`, { action: 'login', user, password: PASSWORD });

  /** Runs it once for each of its requests, which fails; and then once without. What it rejects with is what Lambda logs. */
  const breakEach = async (run: () => Promise<unknown>) => {
    const guarded = () =>
      run().catch(
        (cause: Error) => void lines.push(`${cause.name} ${cause.message} ${cause.stack} ${JSON.stringify(cause)}`),
      );
    for (const bug of Object.keys(BUGS)) {
      for (let position = 1; ; position++) {
        Object.assign(storm, { countdown: position, bug });
        await guarded();
        if (storm.countdown > 0) break;
      }
    }
    storm.countdown = Number.POSITIVE_INFINITY;
    await guarded();
  };

  const expectNothingOfIt = () => {
    expect(lines.filter((line) => line.includes(MARK))).toEqual([]);
    expect(logged.filter((line) => '_aws' in line).flatMap(emfErrors)).toEqual([]);
  };

  it.each(tried.map(([frame, outcome = 'ok', by = 'ann']) => ({ frame: JSON.stringify(frame), outcome, by })))(
    'is in nothing that a Lambda logs, whatever fails: $frame',
    async ({ frame, outcome, by }) => {
      await login(by);
      lines.length = 0;

      await breakEach(() => send(`c-${by}`, JSON.parse(frame)));

      expect(logged.at(-1)).toMatchObject({ message: 'answered', outcome });
      expectNothingOfIt();
    },
    120_000,
  );

  it('is tried with every action there is', () => {
    expect(new Set(tried.map(([{ action }]) => action))).toEqual(new Set(Object.keys(commands)));
  });

  it.each([
    `${MARK} is no JSON`,
    `{"action":"${MARK}"}`,
    `{"action":"chat","${MARK}":1}`,
    `{"action":"chat","to":"${MARK} ","text":"${MARK}"}`,
    `{"action":"ping","ref":"${MARK.repeat(100)}"}`,
  ])('is in nothing that is logged of a frame that is refused: %s', async (text) => {
    await breakEach(() => send('c-ann', text));

    expectNothingOfIt();
  });

  it('is in nothing that $connect and $disconnect log, nor in what they reject with', async () => {
    await breakEach(() => open('c-new'));
    await breakEach(() => invoke('disconnect', eventOf('c-new')));

    expectNothingOfIt();
  });

  it('is in nothing that the tasks log', async () => {
    const message = { pk: { S: 'CONV#dm:ann:bob' }, sk: { S: 'MSG#1' }, text: { S: MARK } };
    const profile = (state: string) => ({
      pk: { S: 'USER#ann' },
      sk: { S: 'PROFILE' },
      state: { S: state },
      version: { N: '7' },
    });
    const record = (OldImage: object, NewImage: object) => ({ dynamodb: { SequenceNumber: '1', OldImage, NewImage } });
    const Records = [record(message, message), record(profile('online'), profile('offline'))];
    await send('c-bob', { action: 'createGroup', name: MARK, id: 'club-8' });
    await send('c-bob', { action: 'chat', group: 'club-8', text: MARK });
    const job = { conversation: 'group:club-8', seq: 2, except: 'c-ann' };
    const context = { awsRequestId: 'l', getRemainingTimeInMillis: () => 110_000 };

    await breakEach(() => invoke('announce', { Records }, context));
    await breakEach(() => invoke('fan-out', { Records: [{ messageId: 'm', body: JSON.stringify(job) }] }, context));
    await breakEach(() => invoke('fan-out', { Records: [{ messageId: 'm', body: `${MARK} is no JSON` }] }, context));

    expectNothingOfIt();
  });

  it('was quoted by the bugs that it was tried with', () => {
    expect(thrown.quoting).toBeGreaterThan(20);
    expect(logged.filter(({ level }) => level === 'ERROR').length).toBeGreaterThan(100);
    expect(logged.filter((line) => '_aws' in line).length).toBeGreaterThan(100);
  });
});

const eventOf = (connectionId: string, body?: string): WebSocketEvent => ({
  requestContext: {
    connectionId: connectionId as ConnectionId,
    connectedAt: 1,
    requestId: 'r',
    // Of each its own, since who fails to log in is slowed down by it.
    identity: { sourceIp: `203.0.113.${connectionId.charCodeAt(2)}`, userAgent: `${MARK} browser` },
  },
  headers: { Origin: `https://${MARK}.example` },
  ...(body !== undefined && { body }),
});

/** `addFriend` is in `add-friend`; what no route fits goes to `default`. */
function fileOf(frame: Json | string): string {
  const action = typeof frame === 'string' ? /"action":"(\w+)"/.exec(frame)?.[1] : String(frame.action);
  if (action === undefined || !(action in commands)) return 'default';
  return action.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What is posted to a connection are bytes. */
function readable(input: unknown): string {
  return JSON.stringify(input, (_, value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value));
}
