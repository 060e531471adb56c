import type { Replies } from '../src/protocol/replies';
import { ChatError } from './chat-error';
import type { Mailbox } from './mailbox';
import type { Picture } from './picture';
import type { Action, Chat, Environment, Friendship, Plain } from './types';

/** The commands that are asked and answered: what their replies tell goes into the picture. */
export abstract class Commands {
  protected readonly environment: Environment;
  protected readonly picture: Picture;
  protected readonly mailbox: Mailbox;

  constructor(environment: Environment, picture: Picture, mailbox: Mailbox) {
    this.environment = environment;
    this.picture = picture;
    this.mailbox = mailbox;
  }

  protected abstract ask<A extends Action>(
    action: A,
    fields: object | (() => object),
    signal: AbortSignal | undefined,
  ): Promise<Plain<Replies[A]>>;

  history: Chat['history'] = ({ conversation, before, after, limit }, { signal } = {}) =>
    this.ask('history', { conversation, before, after, limit }, signal);

  presence: Chat['presence'] = async (users, { signal } = {}) => {
    const { presence } = await this.ask('presence', { users }, signal);
    for (const one of presence) this.picture.presence(one);
    return presence;
  };

  devices: Chat['devices'] = async ({ revoke, signal } = {}) => {
    const ask = (fields: object) => this.ask('devices', fields, signal);
    // Asked for twice, it is gone the second time: that is what was wanted, too.
    const isGone = (error: unknown) => error instanceof ChatError && error.code === 'no_such_device';
    const { devices } = await ask({ revoke }).catch((error) => (isGone(error) ? ask({}) : Promise.reject(error)));
    return devices;
  };

  addFriend: Chat['addFriend'] = (user, { signal } = {}) => this.#befriend(this.ask('addFriend', { user }, signal));

  removeFriend: Chat['removeFriend'] = (user, { signal } = {}) =>
    this.#befriend(this.ask('removeFriend', { user }, signal));

  block: Chat['block'] = (user, { signal } = {}) => this.#befriend(this.ask('block', { user }, signal));

  unblock: Chat['unblock'] = (user, { signal } = {}) =>
    this.#befriend(this.ask('block', { user, unblock: true }, signal));

  createGroup: Chat['createGroup'] = async ({ id, name, description }, { signal } = {}) => {
    // With an id it may be asked for again, if no reply comes.
    const fields = { id: id ?? this.environment.newId(), name, description };
    const made = await this.ask('createGroup', fields, signal);
    this.picture.group({ ...made, role: 'owner' });
    this.mailbox.entered(made.conversation, made.seq);
    return made;
  };

  joinGroup: Chat['joinGroup'] = async (group, { signal } = {}) => {
    const joined = await this.ask('joinGroup', { group }, signal);
    this.picture.group(joined);
    this.mailbox.entered(joined.conversation, joined.joinedSeq);
    return joined;
  };

  leaveGroup: Chat['leaveGroup'] = async (group, { signal } = {}) => {
    const left = await this.ask('leaveGroup', { group }, signal);
    this.picture.group({ group: left.group, conversation: left.conversation, left: true });
  };

  members: Chat['members'] = async (group, { after, signal } = {}) => {
    const members = await this.ask('members', { group, after }, signal);
    this.picture.groupSize(members);
    return members;
  };

  async #befriend(asked: Promise<Friendship>): Promise<Friendship> {
    const friendship = await asked;
    this.picture.friendship(friendship);
    return friendship;
  }
}
