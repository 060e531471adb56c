import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type Chat, connect, memoryStorage, type WebSocketConstructor } from '../../client';
import { randomStream } from '../../local/faults/random-stream';
import { eventually, START_MS_MAX } from '../end-to-end/children';
import { ServedApp } from '../end-to-end/served-app';

/** The same lives and the same faults again: SDK_SEED=7 npx jest test/client/gateway */
const SEED = Number(process.env.SDK_SEED ?? 1);

const PASSWORD = 'correct horse';
const USERS = ['ann', 'bob', 'cleo', 'dan'] as const;
const GROUP = 'choir';
const CONVERSATION = `group:${GROUP}`;
const TURNS = 25;

const FAULTS = {
  'disconnect.lost': 0.3,
  'post.lost': 0.1,
  'post.429': 0.15,
  'lambda.crash': 0.01,
  'lambda.throttle': 0.02,
  'dynamodb.conflict': 0.1,
  'dynamodb.ambiguous': 0.03,
};

/** A login may wait for 30 s, for a Lambda that has crashed; then comes a pause. */
const SETTLED_MS_MAX = 240_000;

/** A device that is reloaded now and then, and what its pages have shown. */
class Device {
  readonly #url: string;
  readonly user: string;
  readonly #storage = memoryStorage();
  readonly #socket: WebSocketConstructor;
  #chat: Chat;
  readonly pages: number[][] = [];
  readonly errors: Error[] = [];

  constructor(url: string, user: string) {
    this.#url = url;
    this.user = user;
    this.#socket = class extends WebSocket {
      constructor(address: string) {
        super(address, { headers: { 'user-agent': user } });
      }
    };
    this.#chat = this.#open();
  }

  get chat(): Chat {
    return this.#chat;
  }

  #open(): Chat {
    const page: number[] = [];
    this.pages.push(page);
    const options = { storage: this.#storage, WebSocket: this.#socket, heartbeat: 10, rolloverAfter: 6 };
    const chat = connect(this.#url, options);
    chat.on('message', ({ conversation, seq }) => conversation === CONVERSATION && page.push(seq));
    chat.on('error', (error) => this.errors.push(error));
    return chat;
  }

  /** The page goes, and comes again, with what was kept. */
  async reload(): Promise<void> {
    await this.#chat.close();
    this.#chat = this.#open();
    await this.#chat.opened;
  }
}

describe('four devices on a hostile gateway', () => {
  const random = randomStream(SEED, 'sdk');
  let app: ServedApp;
  let devices: readonly Device[];

  beforeAll(async () => {
    const faults = Object.entries(FAULTS).map(([name, probability]) => `${name}=${probability}`);
    app = await ServedApp.start(['--fault', faults.join(), '--seed', String(SEED)]);
    devices = USERS.map((user) => new Device(app.url, user));
  }, START_MS_MAX);

  afterAll(async () => {
    await Promise.all((devices ?? []).map(({ chat }) => chat.close()));
    await app?.stop();
  }, START_MS_MAX);

  /** Of those whose socket there is: cut without a word, frozen, or reloaded. */
  async function disturb(device: Device): Promise<void> {
    const chance = random();
    if (chance < 0.06) await app.disturb(device.user, 'cut');
    else if (chance < 0.09) await app.disturb(device.user, 'freeze');
    else if (chance < 0.15) await device.reload();
    else if (chance < 0.3) device.chat.wake();
  }

  it(
    'have each message once, in one order, and nothing that was written is lost',
    async () => {
      const [ann] = devices;
      await Promise.all(devices.map(({ chat, user }) => chat.register({ user, password: PASSWORD })));
      await ann?.chat.createGroup({ id: GROUP, name: 'Choir' });
      for (const { chat } of devices.slice(1)) await chat.joinGroup(GROUP);

      const written: string[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        for (const device of devices) {
          if (random() < 0.5) {
            const text = `${device.user} ${turn}`;
            written.push(text);
            device.chat.send({ group: GROUP }, text);
          }
          await disturb(device);
        }
        await delay(250);
      }
      const { faults } = await app.facts();
      await app.calm();
      const open = await eventually(
        'chats that have sent everything',
        () => {
          const waiting = devices.flatMap(({ chat }) => chat.drafts);
          return waiting.length === 0 && devices.every(({ chat }) => chat.state === 'connected') ? devices : undefined;
        },
        SETTLED_MS_MAX,
      );
      // Pushes are lost in silence: the next message shows each device what it lacks.
      for (const { chat, user } of open) await chat.send({ group: GROUP }, `${user}'s last`).stored;
      await eventually(
        'devices that have got everything',
        () => devices.every(({ chat }) => chat.entries(CONVERSATION).at(-1)?.text === "dan's last") || undefined,
        SETTLED_MS_MAX,
      );

      const { messages } = (await ann?.chat.history({ conversation: CONVERSATION, after: 0, limit: 100 })) ?? {};
      const mine = (user: string) => (text: string | undefined) => text?.startsWith(`${user} `);
      const texts = messages?.map(({ text }) => text) ?? [];
      for (const { user, pages } of devices) {
        expect(texts.filter(mine(user))).toEqual(written.filter(mine(user)));
        const shown = pages.flat();
        expect(shown).toEqual(shown.map((_, index) => (shown[0] ?? 0) + index));
      }
      expect(Object.keys(FAULTS).filter((name) => !faults[name]?.struck)).toEqual([]);
    },
    2 * SETTLED_MS_MAX + 120_000,
  );
});
