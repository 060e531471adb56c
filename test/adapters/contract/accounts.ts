import { expect, it } from '@jest/globals';
import { describeOn, type Engine, storesOn } from '../subjects';
import { aMessage, bound, newUserId, registered } from './fixtures';

export function accountsContract(engine: Engine): void {
  describeOn(engine, `accounts on ${engine.name}`, (database) => {
    const ports = () => storesOn(database());

    it('gives a handle to one of those who want it', async () => {
      const userId = newUserId();
      const wishes = ['first', 'second', 'third'].map((passwordHash) =>
        ports().accounts.create({ userId, passwordHash, tokenKey: 'k', now: 1 }),
      );

      const outcomes = await Promise.all(wishes);

      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      const winner = ['first', 'second', 'third'][outcomes.indexOf('created')];
      expect(await ports().accounts.credentialOf(userId)).toEqual({ passwordHash: winner, tokenKey: 'k' });
    });

    it('has no credential of a user who does not exist, and makes none', async () => {
      const userId = newUserId();

      expect(await ports().accounts.credentialOf(userId)).toBeUndefined();
      expect(await ports().accounts.changeCredential({ userId, tokenKey: 'k2' })).toBe('refused');
      expect(await ports().accounts.changeCredential({ userId, passwordHash: 'h2', seenHash: 'h' })).toBe('refused');
      expect(await ports().accounts.credentialOf(userId)).toBeUndefined();
    });

    it('changes what is named, and nothing else', async () => {
      const userId = await registered(ports());

      expect(await ports().accounts.changeCredential({ userId, tokenKey: 'k2' })).toBe('changed');
      expect(await ports().accounts.credentialOf(userId)).toEqual({ passwordHash: 'h', tokenKey: 'k2' });
      expect(await ports().accounts.changeCredential({ userId, passwordHash: 'h2' })).toBe('changed');

      expect(await ports().accounts.credentialOf(userId)).toEqual({ passwordHash: 'h2', tokenKey: 'k2' });
      expect(await ports().accounts.snapshotOf(userId)).toMatchObject({ devices: 0, createdAt: 1 });
    });

    it('changes a password hash once for all who saw the same', async () => {
      const userId = await registered(ports());
      const change = (passwordHash: string) =>
        ports().accounts.changeCredential({ userId, passwordHash, tokenKey: `k of ${passwordHash}`, seenHash: 'h' });

      const outcomes = await Promise.all(['one', 'two'].map(change));

      const winner = ['one', 'two'][outcomes.indexOf('changed')];
      expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
      expect(await ports().accounts.credentialOf(userId)).toEqual({ passwordHash: winner, tokenKey: `k of ${winner}` });
    });

    it('shows a new user as offline, without secrets in the snapshot', async () => {
      const userId = await registered(ports());

      const snapshot = await ports().accounts.snapshotOf(userId);

      expect(snapshot).toEqual({ devices: 0, createdAt: 1, friends: [], inbox: [], complete: true });
    });

    it('shows devices and conversations', async () => {
      const { userId } = await bound(ports());
      const message = aMessage({ sentAt: 77 });
      await ports().inboxes.arrive({ userId, message, creates: true });

      const snapshot = await ports().accounts.snapshotOf(userId);

      const entry = { conversation: message.conversation, lastSeq: 1, ackSeq: 0, readSeq: 0, at: 77 };
      expect(snapshot).toMatchObject({ devices: 1, inbox: [entry] });
    });
  });
}
