import assert from 'node:assert/strict';
import { befriend } from '../befriend';
import type { RawDevice } from '../raw-device';
import { check, longCheck, type Stage, section } from '../section';

/** The shortest that one can promise; `P3` of ARCHITECTURE.md waits for two of them. */
const HEARTBEAT_S = 10;
const LEASE_MS = 2 * HEARTBEAT_S * 1000;

/** Beyond the bound: a pass of the sweep takes its time, and so do a Lambda's start and the ways between. */
const SLACK_MS = 20_000;

/** Two clocks, and the way of the last command. */
const EARLY_MS = 2_000;

async function prepare(stage: Stage) {
  const { people } = stage;
  const [ann, bob, cleo] = await people.newcomers(3);
  for (const friend of [bob, cleo]) await befriend(ann, friend);
  return { stage, people, ann, bob, cleo };
}

type State = Awaited<ReturnType<typeof prepare>>;

/** After how long a friend must have been told at the latest: `2 × heartbeat + sweep period`, and what gathers announcements. */
function boundMs({ sweepPeriodMs, presenceWindowMs }: Stage): number {
  return LEASE_MS + sweepPeriodMs + presenceWindowMs;
}

/** Somebody's only device from now on, which has promised heartbeats. */
async function onlyDevice({ people, ann }: State, person: State['bob']): Promise<RawDevice> {
  const device = await people.rawOf(person.account, { heartbeat: HEARTBEAT_S });
  await person.device.chat.close();
  const [presence] = await ann.device.chat.presence([person.user], ann.device.waits);
  assert.equal(presence?.state, 'online');
  return device;
}

async function keepPromise(device: RawDevice, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await device.ask({ action: 'ping' });
    await new Promise((resolve) => setTimeout(resolve, 0.8 * HEARTBEAT_S * 1000));
  }
}

export const vanish = section('who vanishes', prepare, [
  check('a device whose socket is destroyed is offline to its friends, within the bound', async (state) => {
    const { stage, ann, bob } = state;
    const device = await onlyDevice(state, bob);
    const startedAt = performance.now();

    device.destroy();
    const isOffline = ({ user, state }: { user: string; state: string }) => user === bob.user && state === 'offline';
    const { at } = await ann.device.next('presence', isOffline, boundMs(stage) + SLACK_MS);

    return `after ${seconds(at - startedAt)}; the bound is ${seconds(boundMs(stage))}`;
  }),
  longCheck(
    'a device that falls silent is offline within the bound, one that keeps its promise never',
    async (state) => {
      const { stage, ann, bob, cleo } = state;
      const [silent, faithful] = [await onlyDevice(state, bob), await onlyDevice(state, cleo)];
      const over = new AbortController();
      const promise = keepPromise(faithful, over.signal);
      const startedAt = performance.now();
      await silent.ask({ action: 'ping' });

      const isOffline = ({ user, state }: { user: string; state: string }) => user === bob.user && state === 'offline';
      const told = ann.device.next('presence', isOffline, boundMs(stage) + SLACK_MS).finally(() => over.abort());
      const [{ at }] = await Promise.all([told, promise]);

      assert.ok(
        at - startedAt > LEASE_MS - EARLY_MS,
        `it was told after ${seconds(at - startedAt)}, before the lease has ended`,
      );
      assert.equal(await silent.closed(), 1000);
      assert.ok(!ann.device.has('presence', ({ user, state }) => user === cleo.user && state === 'offline'));
      return `after ${seconds(at - startedAt)}; the bound is ${seconds(boundMs(stage))}`;
    },
  ),
  check('and who comes back is online again', async ({ people, ann, bob }) => {
    const device = await people.sdkOf(bob.account);
    await ann.device.next('presence', ({ user, state }) => user === bob.user && state === 'online');

    assert.equal(device.chat.state, 'connected');
  }),
]);

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
