import { typing } from '../state/activity';
import { now } from '../state/clock';
import { conversations, type ListedConversation } from '../state/conversations';
import { me, ownName } from '../state/known';
import { addressOf, openConversation } from '../state/place';
import { locale, t } from '../state/preferences';
import { changeOf, textOf } from '../view/entry';
import { shortTime } from '../view/times';
import { Avatar } from './avatar';
import { Badge } from './badge';
import { Icon } from './icon';

export function ConversationList() {
  const words = t.value;
  if (me.value === undefined) return <p class="empty">{words.loading}</p>;
  if (conversations.value.length === 0) {
    return (
      <div class="empty">
        <p>{words.noChats}</p>
        <p class="hint">{words.noChatsHint}</p>
      </div>
    );
  }
  return (
    <ul class="list" aria-label={words.chats}>
      {conversations.value.map((one) => (
        <Item key={one.conversation} {...one} />
      ))}
    </ul>
  );
}

function Item({ conversation, name, isGroup, unread, presence, last, isWaiting }: ListedConversation) {
  const isOpen = openConversation.value === conversation;
  return (
    <li>
      <a class="item" href={addressOf(conversation)} aria-current={isOpen ? 'true' : undefined}>
        <Avatar name={name} isGroup={isGroup} presence={presence?.state} />
        <span class="item-main">
          <span class="item-line">
            <span class="item-name">{name}</span>
            {last !== undefined && (
              <time class="item-time" dateTime={new Date(last.sentAt).toISOString()}>
                {shortTime(last.sentAt, now.value, locale.value)}
              </time>
            )}
          </span>
          <span class="item-line">
            <Preview {...{ conversation, isGroup, last, isWaiting }} />
            <Badge count={unread} label={t.value.unread(unread)} />
          </span>
        </span>
      </a>
    </li>
  );
}

type PreviewProps = Pick<ListedConversation, 'conversation' | 'isGroup' | 'last' | 'isWaiting'>;

function Preview({ conversation, isGroup, last, isWaiting }: PreviewProps) {
  const words = t.value;
  const typists = typing.value.get(conversation) ?? [];
  if (typists.length > 0) return <span class="preview is-typing">{words.typing(typists)}</span>;
  return (
    <span class="preview">
      {isWaiting && (
        <>
          <Icon name="clock" />
          <span class="unseen">{words.queued} </span>
        </>
      )}
      {last === undefined ? '' : inWords(last, isGroup)}
    </span>
  );
}

function inWords(last: NonNullable<ListedConversation['last']>, isGroup: boolean): string {
  const words = t.value;
  const change = changeOf(last);
  if (change !== undefined) return words[change](last.from);
  const text = textOf(last) ?? '';
  if (last.from === ownName.value) return words.youSay(text);
  return isGroup ? words.newMessage(last.from, text) : text;
}
