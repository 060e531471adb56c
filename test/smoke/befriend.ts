import type { Person } from './people';

/** Both have added each other, and both have heard of it. */
export async function befriend(one: Person, other: Person): Promise<void> {
  await one.device.chat.addFriend(other.user, one.device.waits);
  await other.device.chat.addFriend(one.user, other.device.waits);
  await one.device.next('friend', ({ user, state }) => user === other.user && state === 'friends');
}
