import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REFUSALS_MAX } from '../../src/protocol/limits';
import { expectPresenceInvariants, profileOf } from '../tooling/rows';
import { eventually, START_MS_MAX } from './children';
import { createUsers, PASSWORD } from './create-users';
import { FrameSocket } from './frame-socket';
import { ServedApp } from './served-app';
import type { Frame } from './wscat';

/** Frames that are under way at once: what a loop in a script can do, and more than the machine can answer. */
const UNANSWERED_MAX = 20;
const FLOOD_MS_MAX = 60_000;
const FRAMES_MAX = 20_000;

/** So few that a slow machine can be flooded, too; at once it is four times as many. */
const PER_SECOND = 2;

const isRun = process.env.ROLLCALL_TEST_DYNOXIDE_MISSING === undefined;

/** What `npm start` serves, over real sockets: one client sends pings as fast as it can, and does not listen. */
(isRun ? describe : describe.skip)('a flood of commands (skipped without a database)', () => {
  let app: ServedApp;

  beforeAll(async () => {
    app = await ServedApp.start(['-c', `commandsPerSecond=${PER_SECOND}`]);
    await createUsers(await app.database(), ['ann', 'bob']);
  }, START_MS_MAX);

  afterAll(() => app?.stop(), START_MS_MAX);

  const enter = async (user: string) => {
    const heard: Frame[] = [];
    const socket = await FrameSocket.open(app.url, user, (frame) => heard.push(frame));
    if (!socket) throw new Error(`${user} was not let in.`);
    expect(await socket.ask({ action: 'login', user, password: PASSWORD })).toMatchObject({ ok: true });
    return { socket, heard };
  };

  it(
    'is answered, then refused, then closed; its user goes offline, and a friend is told, who notices nothing else',
    async () => {
      const [ann, bob] = [await enter('ann'), await enter('bob')];
      await ann.socket.ask({ action: 'addFriend', user: 'bob' });
      await bob.socket.ask({ action: 'addFriend', user: 'ann' });
      ann.heard.splice(0);

      const asked = flood(ann.socket, ann.heard);
      const during = await bob.socket.ask({ action: 'ping' });
      await asked;

      const codes = ann.heard.filter(({ action }) => action === 'ping').map(({ code = 'ok' }) => code);
      const counts = {
        ok: codes.filter((code) => code === 'ok').length,
        tooFast: codes.filter((code) => code === 'too_fast').length,
      };
      expect(during).toMatchObject({ ok: true });
      // On a machine that does much else, the database may also be too slow.
      expect([...new Set(codes)].filter((code) => code !== 'busy').sort()).toEqual(['ok', 'too_fast']);
      expect(counts.ok).toBeGreaterThanOrEqual(4 * PER_SECOND - 1);
      expect(counts.tooFast).toBeGreaterThanOrEqual(REFUSALS_MAX / 2);
      expect(ann.heard.find(({ code }) => code === 'too_fast')).toMatchObject({ type: 'error', retryAfter: 1 });
      expect(ann.socket.isOpen).toBe(false);

      const told = () => bob.heard.find(({ type, state }) => type === 'presence' && state === 'offline');
      expect(await eventually('presence event', told, START_MS_MAX)).toMatchObject({ user: 'ann' });
      expect(await bob.socket.ask({ action: 'ping' })).toMatchObject({ ok: true });
      const database = await app.database();
      expect(await profileOf(database, 'ann')).toMatchObject({ state: { S: 'offline' } });
      await expectPresenceInvariants(database);
      bob.socket.close();
    },
    FLOOD_MS_MAX + START_MS_MAX,
  );

  it(
    'is over for who pauses: they log in again, and are answered',
    async () => {
      const { socket } = await enter('ann');

      expect(await socket.ask({ action: 'ping' })).toMatchObject({ ok: true });
      socket.close();
    },
    START_MS_MAX,
  );
});

async function flood(socket: FrameSocket, heard: readonly Frame[]): Promise<void> {
  const until = performance.now() + FLOOD_MS_MAX;
  for (let sent = 0; socket.isOpen && sent < FRAMES_MAX && performance.now() < until; ) {
    if (sent - heard.length < UNANSWERED_MAX) socket.send({ action: 'ping', ref: `f${sent++}` });
    else await delay(1);
  }
}
