import { setTimeout as delay } from 'node:timers/promises';
import { befriend } from '../befriend';
import { check, type Stage, section } from '../section';

/** So that no rate limit is met: a fast typist is slower. */
const PAUSE_MS = 100;

async function prepare(stage: Stage) {
  const { people, isQuick } = stage;
  const ann = await people.newcomer();
  const friends = await people.newcomers(isQuick ? 3 : 10);
  for (const friend of friends) await befriend(ann, friend);
  return { stage, people, ann, friends, count: isQuick ? 20 : 100 };
}

/** What a person feels, one thing at a time. Nothing here can be too slow: the figures are the result. */
export const measurements = section('latencies', prepare, [
  check('replies', async ({ stage: { latencies }, people, ann, count }) => {
    const device = await people.rawOf(ann.account);
    for (let done = 0; done < count; done += 1) {
      const startedAt = performance.now();
      const { at } = await device.answer({ action: 'ping' });
      latencies.add('reply', at - startedAt);
      await delay(PAUSE_MS);
    }
  }),
  check('deliveries', async ({ stage: { latencies }, ann, friends: [bob], count }) => {
    for (let done = 0; bob !== undefined && done < count; done += 1) {
      const text = `message ${done}`;
      const startedAt = performance.now();
      const { stored } = ann.device.chat.send({ to: bob.user }, text);
      const { at } = await bob.device.next('message', (message) => message.text === text);
      latencies.add('delivery', at - startedAt);
      await stored;
      await delay(PAUSE_MS);
    }
  }),
  check('presence', async ({ stage: { latencies }, people, ann, friends }) => {
    const flip = async (user: string, to: string, act: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await act();
      const { at } = await ann.device.next('presence', (event) => event.user === user && event.state === to);
      latencies.add('presence', at - startedAt);
    };

    await Promise.all(friends.map(({ user, device }) => flip(user, 'offline', () => device.chat.close())));
    await Promise.all(friends.map(({ user, account }) => flip(user, 'online', () => people.sdkOf(account))));
  }),
]);
