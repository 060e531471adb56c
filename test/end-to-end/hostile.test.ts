import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UserId } from '../../src/protocol/ids';
import { refusals } from '../../src/protocol/refusal';
import { Town } from '../hostile/town';
import { Random } from '../simulation/random';
import { faultsOf } from '../tooling/row-shapes';
import { expectLogInvariants, expectPresenceInvariants, scanAll } from '../tooling/rows';
import { Attacker } from './attacker';
import { eventually, START_MS_MAX } from './children';
import { createUsers, PASSWORD } from './create-users';
import { FrameSocket } from './frame-socket';
import { ServedApp } from './served-app';
import type { Frame } from './wscat';

const ATTACKERS = 4;
const ACTS = 40; // Of each, some of them 40 frames.
const TRIES_MAX = 6;
const ATTACK_MS_MAX = 120_000;
const MESSAGES_MIN = 20;
const MS_MAX = 240_000;

let app: ServedApp;

beforeAll(async () => {
  app = await ServedApp.start([]);
  await createUsers(await app.database(), ['ann', 'bob', 'eve', 'mallory']);
}, START_MS_MAX);

afterAll(() => app.stop(), START_MS_MAX);

async function citizen(user: string, onFrame: (frame: Frame) => void): Promise<FrameSocket> {
  const socket = await FrameSocket.open(app.url, user, onFrame);
  const reply = await socket?.ask({ action: 'login', user, password: PASSWORD });
  if (!socket || reply?.ok !== true) throw new Error(`${user} could not log in: ${JSON.stringify(reply)}`);
  return socket;
}

/** A town in which nobody but the attackers' own users can be logged in as. */
function enemyTown(): Town {
  const town = new Town();
  for (const user of ['eve', 'mallory'] as string[] as UserId[]) {
    town.users.set(user, PASSWORD);
    town.addDevice(user);
  }
  for (const user of ['ann', 'bob'] as string[] as UserId[]) town.users.set(user, 'not their password');
  town.groups.push('theirs');
  return town;
}

const byNumber = (one: unknown, other: unknown) => Number(one) - Number(other);

describe('a hostile client on real sockets', () => {
  const heard: Frame[] = [];
  const replies: unknown[] = [];
  let isOver = false;

  /** Ann goes on writing to Bob for as long as the attack lasts. */
  async function talk(ann: FrameSocket): Promise<void> {
    while (!isOver || replies.length < MESSAGES_MIN) {
      replies.push(await sayOnce(ann, replies.length));
      await delay(100);
    }
  }

  /** A busy machine takes a while: who gets no answer asks again, with the same id and after, as every client does. */
  async function sayOnce(ann: FrameSocket, after: number): Promise<unknown> {
    for (let attempt = 0; attempt < TRIES_MAX && ann.isOpen; attempt++) {
      const reply = await ann.ask({ action: 'chat', to: 'bob', text: `message ${after}`, id: `n${after}`, after });
      if (reply !== undefined) return reply.seq ?? reply.code;
    }
    return 'no answer';
  }

  async function attack(attacker: Attacker): Promise<void> {
    for (let count = 0; count < ACTS && !isOver; count++) {
      await attacker.act();
      await delay(60); // So that some are answered before they are cut off.
    }
  }

  it(
    'does not keep two others from talking, is told nothing of theirs, and gets documented codes only',
    async () => {
      const isToBob = (frame: Frame) => frame.type === 'message' && frame.from === 'ann';
      const bob = await citizen('bob', (frame) => void (isToBob(frame) && heard.push(frame)));
      const ann = await citizen('ann', () => undefined);
      const indices = Array.from({ length: ATTACKERS }, (_, index) => index);
      const attackers = indices.map((index) => new Attacker(app.url, enemyTown(), new Random(`attacker/${index}`)));
      const late = setTimeout(() => {
        isOver = true;
      }, ATTACK_MS_MAX);
      const talking = talk(ann);
      await Promise.all(attackers.map(attack)).finally(() => {
        clearTimeout(late);
        isOver = true;
      });
      await talking;
      for (const attacker of attackers) attacker.end();

      expect(replies).toEqual(replies.map((_, index) => index + 1));
      await eventually(
        'every message',
        () => new Set(heard.map(({ seq }) => seq)).size >= replies.length || undefined,
        30_000,
      );
      expect([...new Set(heard.map(({ seq }) => seq))].sort(byNumber)).toEqual(replies);
      ann.close();
      bob.close();
      const told = attackers.flatMap((attacker) => attacker.told);
      const codes = new Set(told.map((text) => JSON.parse(text).code).filter((code) => code !== undefined));
      expect(told.length).toBeGreaterThan(15); // Most are cut off before they hear anything.
      expect([...codes].filter((code) => code === 'internal' || !Object.hasOwn(refusals, code))).toEqual([]);
      expect(told.filter((text) => text.includes('"text":"message '))).toEqual([]);
      // 1003: binary. 1009: too large. 1000: thrown out for flooding, or for guessing.
      const closes = attackers.flatMap((attacker) => attacker.closes);
      expect(closes).toEqual(expect.arrayContaining([1003, 1009]));
    },
    MS_MAX,
  );

  it(
    'leaves no row broken, and no Lambda that failed',
    async () => {
      await eventually('an end of everything', () => app.isIdle(), 60_000);
      const database = await app.database();

      await expectPresenceInvariants(database);
      await expectLogInvariants(database);
      expect(faultsOf(await scanAll(database))).toEqual([]);
      expect(app.failures()).toEqual([]);
    },
    MS_MAX,
  );
});
