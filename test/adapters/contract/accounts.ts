import { expect, it } from '@jest/globals';
import { describeOn, type Engine, storesOn } from '../subjects';
import { aMessage, bound, LEASE, newUserId, opened, registered } from './fixtures';

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

    it('gives a handle to one of those who want it, by an identity or by a password', async () => {
      const userId = newUserId();
      const { accounts } = ports();

      const outcomes = await Promise.all([
        accounts.createOwned({ userId, subject: 's1', now: 7 }),
        accounts.createOwned({ userId, subject: 's2', now: 7 }),
        accounts.create({ userId, passwordHash: 'h', tokenKey: 'k', now: 7 }),
      ]);

      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      const winner = [{ subject: 's1' }, { subject: 's2' }, { subject: undefined }][outcomes.indexOf('created')];
      expect(await accounts.ownerOf(userId)).toEqual(winner);
      expect((await accounts.credentialOf(userId)) !== undefined).toBe(winner?.subject === undefined);
      expect(await accounts.snapshotOf(userId)).toMatchObject({ devices: 0, createdAt: 7 });
    });

    it('leaves an account to whom it belongs', async () => {
      const [owned, registeredId, nobody] = [newUserId(), await registered(ports()), newUserId()];
      const { accounts } = ports();
      await accounts.createOwned({ userId: owned, subject: 's', now: 1 });

      expect(await accounts.createOwned({ userId: owned, subject: 't', now: 2 })).toBe('taken');
      expect(await accounts.createOwned({ userId: registeredId, subject: 't', now: 2 })).toBe('taken');
      expect(await accounts.create({ userId: owned, passwordHash: 'h', tokenKey: 'k', now: 2 })).toBe('taken');
      expect(await accounts.ownerOf(owned)).toEqual({ subject: 's' });
      expect(await accounts.ownerOf(registeredId)).toEqual({ subject: undefined });
      expect(await accounts.ownerOf(nobody)).toBeUndefined();
    });

    it('keeps whom an account belongs to through binds and releases', async () => {
      const userId = newUserId();
      await ports().accounts.createOwned({ userId, subject: 's', now: 1 });
      const connectionId = await opened(ports());
      await ports().presence.bind({ connectionId, userId, devicesMax: 20, ...LEASE });
      const release = { connectionId, userId, leaseSeen: undefined, keepUnboundUntil: undefined, now: 3 };

      expect(await ports().presence.releaseLast(release)).toBe('released');
      expect(await ports().accounts.ownerOf(userId)).toEqual({ subject: 's' });
    });

    it('gives a look to one of those who want names that look alike, and writes nothing for the others', async () => {
      const skeleton = newUserId();
      const wishes = [newUserId(), newUserId(), newUserId()];

      const outcomes = await Promise.all(
        wishes.map((userId) => ports().accounts.create({ userId, skeleton, passwordHash: 'h', tokenKey: 'k', now: 1 })),
      );
      const again = await ports().accounts.create({
        userId: newUserId(),
        skeleton,
        passwordHash: 'h',
        tokenKey: 'k',
        now: 1,
      });

      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(again).toBe('looks_alike');
      for (const [index, userId] of wishes.entries()) {
        if (outcomes[index] !== 'created') expect(await ports().accounts.credentialOf(userId)).toBeUndefined();
      }
    });

    it('says of a name that is taken that it is, not that it looks alike', async () => {
      const account = { userId: newUserId(), skeleton: newUserId(), passwordHash: 'h', tokenKey: 'k', now: 1 };

      expect(await ports().accounts.create(account)).toBe('created');
      expect(await ports().accounts.create(account)).toBe('taken');
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
