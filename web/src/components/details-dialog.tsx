import { useEffect, useState } from 'preact/hooks';
import type { Members } from '../../../client';
import { announce } from '../state/activity';
import { nameOf, presenceOf } from '../state/conversations';
import { groupOf } from '../state/groups';
import { me, ownName } from '../state/known';
import { closeConversation, dialog } from '../state/place';
import { t } from '../state/preferences';
import { chat } from '../state/session';
import { useAction } from '../state/use-action';
import { isGroup, peerOf } from '../view/conversation-id';
import { ActionButton } from './action-button';
import { Avatar } from './avatar';
import { Dialog } from './dialog';
import { PresenceText } from './presence-text';

const close = () => {
  dialog.value = undefined;
};

/** What there is to know and to do about whom one talks to. */
export function DetailsDialog({ conversation }: { readonly conversation: string }) {
  return (
    <Dialog title={t.value.details} onClose={close}>
      {isGroup(conversation) ? <GroupDetails conversation={conversation} /> : <PersonDetails {...{ conversation }} />}
    </Dialog>
  );
}

function PersonDetails({ conversation }: { readonly conversation: string }) {
  const words = t.value;
  const user = peerOf(conversation, ownName.value);
  const presence = presenceOf(user);
  const isAsked = me.value?.requests.some((request) => request.user === user && request.state === 'outgoing') ?? false;
  const isBlocked = me.value?.blocked.includes(user) ?? false;
  return (
    <div class="details">
      <Avatar name={user} size="large" presence={presence?.state} />
      <h3>{user}</h3>
      <PresenceText presence={presence} />
      {isBlocked && <p class="notice">{words.blockedHint}</p>}
      <div class="button-row">
        {presence === undefined && !isBlocked && (
          <ActionButton
            text={isAsked ? words.waiting : words.addFriend}
            isPrimary={!isAsked}
            action={() => chat().addFriend(user)}
          />
        )}
        {presence !== undefined && <ActionButton text={words.removeFriend} action={() => chat().removeFriend(user)} />}
        {isBlocked ? (
          <ActionButton text={words.unblock} action={() => chat().unblock(user)} />
        ) : (
          <ActionButton text={words.block} isDanger action={() => chat().block(user)} />
        )}
      </div>
    </div>
  );
}

function GroupDetails({ conversation }: { readonly conversation: string }) {
  const group = groupOf(conversation);
  const id = conversation.slice('group:'.length);
  return (
    <div class="details">
      <Avatar name={nameOf(conversation)} isGroup size="large" />
      <h3>{nameOf(conversation)}</h3>
      {group?.description !== undefined && <p>{group.description}</p>}
      <CopyId id={id} />
      <MemberList group={id} />
      <Leave group={id} />
    </div>
  );
}

function CopyId({ id }: { readonly id: string }) {
  const words = t.value;
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(id).then(() => {
      setCopied(true);
      announce(words.copied);
    });
  return (
    <p class="group-id">
      <span>
        {words.groupId} <code>{id}</code>
      </span>
      <button type="button" class="button is-small" onClick={copy}>
        {isCopied ? words.copied : words.copyId}
      </button>
    </p>
  );
}

function MemberList({ group }: { readonly group: string }) {
  const words = t.value;
  const [members, setMembers] = useState<Members['members']>([]);
  const [hasMore, setMore] = useState(false);
  const { run, isPending, problem } = useAction(async (after?: string) => {
    const page = await chat().members(group, { after });
    setMembers((before) => (after === undefined ? page.members : [...before, ...page.members]));
    setMore(page.more);
  });
  useEffect(() => run(), [group]);
  return (
    <section class="members">
      <h4 class="section-title">{words.memberList}</h4>
      <ul class="list" aria-busy={isPending}>
        {members.map(({ user, role }) => (
          <li key={user} class="item is-static">
            <Avatar name={user} size="small" presence={presenceOf(user)?.state} />
            <span class="item-main item-name">{user}</span>
            {role === 'owner' && <span class="hint">{words.owner}</span>}
          </li>
        ))}
      </ul>
      {problem !== undefined && <p class="problem">{problem}</p>}
      {hasMore && (
        <button type="button" class="button" disabled={isPending} onClick={() => run(members.at(-1)?.user)}>
          {words.moreMembers}
        </button>
      )}
    </section>
  );
}

/** Asked twice: what one could read is gone afterwards. */
function Leave({ group }: { readonly group: string }) {
  const words = t.value;
  const [isSure, setSure] = useState(false);
  const leave = async () => {
    await chat().leaveGroup(group);
    close();
    closeConversation();
  };
  if (!isSure) {
    return (
      <button type="button" class="button is-danger" onClick={() => setSure(true)}>
        {words.leaveGroup}
      </button>
    );
  }
  return (
    <div role="alert">
      <p>{words.leaveGroupSure}</p>
      <div class="button-row">
        <ActionButton text={words.leaveGroup} isDanger action={leave} />
        <button type="button" class="button" onClick={() => setSure(false)}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}
