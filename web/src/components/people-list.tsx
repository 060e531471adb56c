import { useState } from 'preact/hooks';
import type { FriendRequest, Friendship, Presence } from '../../../client';
import { announce } from '../state/activity';
import { me } from '../state/known';
import { open } from '../state/place';
import { t } from '../state/preferences';
import { chat } from '../state/session';
import { useAction } from '../state/use-action';
import { ActionButton } from './action-button';
import { Avatar } from './avatar';
import { Field, Problem, typedIn } from './field';
import { PresenceText } from './presence-text';

/** Friends, who wants to be one, and the way to ask somebody. */
export function PeopleList() {
  const words = t.value;
  const { requests = [], friends = [], blocked = [] } = me.value ?? {};
  const incoming = requests.filter(({ state }) => state === 'incoming');
  const outgoing = requests.filter(({ state }) => state === 'outgoing');
  return (
    <div class="people">
      <AddFriend />
      {incoming.length > 0 && <Section title={words.requestsReceived}>{incoming.map(Incoming)}</Section>}
      <Section title={words.friends}>
        {friends.toSorted(byPresence).map((friend) => (
          <Friend key={friend.user} {...friend} />
        ))}
      </Section>
      {friends.length === 0 && (
        <div class="empty">
          <p>{words.noFriends}</p>
          <p class="hint">{words.noFriendsHint}</p>
        </div>
      )}
      {outgoing.length > 0 && <Section title={words.requestsSent}>{outgoing.map(Outgoing)}</Section>}
      {blocked.length > 0 && <Section title={words.blocked}>{blocked.map(Blocked)}</Section>}
    </div>
  );
}

function byPresence(one: Presence, other: Presence): number {
  if (one.state !== other.state) return one.state === 'online' ? -1 : 1;
  return one.user.localeCompare(other.user);
}

function Section({ title, children }: { readonly title: string; readonly children: preact.ComponentChildren }) {
  return (
    <section>
      <h2 class="section-title">{title}</h2>
      <ul class="list">{children}</ul>
    </section>
  );
}

function AddFriend() {
  const words = t.value;
  const [said, setSaid] = useState('');
  const { run, isPending, problem } = useAction(async (form: HTMLFormElement) => {
    setSaid('');
    const friendship = await chat().addFriend(typedIn(form, 'friend'));
    form.reset();
    setSaid(outcomeOf(friendship));
  });
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    run(event.currentTarget);
  };
  return (
    <form class="add-friend" onSubmit={submit}>
      <div class="field-row">
        <Field {...{ label: words.addFriend, name: 'friend', autocomplete: 'off', spellcheck: false }} required />
        <button type="submit" class="button is-primary" disabled={isPending}>
          {words.addFriendAction}
        </button>
      </div>
      <Problem text={problem} />
      <p class="hint" role="status">
        {said}
      </p>
    </form>
  );
}

function outcomeOf({ user, state }: Friendship): string {
  return state === 'friends' ? t.value.nowFriends(user) : t.value.asked(user);
}

function Friend(presence: Presence) {
  const { user, state } = presence;
  return (
    <li>
      <button type="button" class="item" onClick={() => open(chat().conversationOf({ to: user }))}>
        <Avatar name={user} presence={state} />
        <span class="item-main">
          <span class="item-name">{user}</span>
          <PresenceText presence={presence} />
        </span>
      </button>
    </li>
  );
}

function Incoming({ user }: FriendRequest) {
  const words = t.value;
  return (
    <li key={user} class="item is-static">
      <Avatar name={user} />
      <span class="item-main item-name">{user}</span>
      <ActionButton
        {...{ text: words.accept, label: words.acceptOf(user), isPrimary: true }}
        action={() => chat().addFriend(user).then(outcomeOf).then(announce)}
      />
      <ActionButton {...{ text: words.refuse, label: words.refuseOf(user) }} action={() => chat().removeFriend(user)} />
    </li>
  );
}

function Outgoing({ user }: FriendRequest) {
  const words = t.value;
  return (
    <li key={user} class="item is-static">
      <Avatar name={user} />
      <span class="item-main">
        <span class="item-name">{user}</span>
        <span class="hint">{words.waiting}</span>
      </span>
      <ActionButton
        {...{ text: words.withdraw, label: words.withdrawOf(user) }}
        action={() => chat().removeFriend(user)}
      />
    </li>
  );
}

function Blocked(user: string) {
  return (
    <li key={user} class="item is-static">
      <Avatar name={user} />
      <span class="item-main item-name">{user}</span>
      <ActionButton text={t.value.unblock} label={`${t.value.unblock}: ${user}`} action={() => chat().unblock(user)} />
    </li>
  );
}
