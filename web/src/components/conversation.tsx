import { useEffect, useRef } from 'preact/hooks';
import { typing } from '../state/activity';
import { nameOf, presenceOf } from '../state/conversations';
import { loadOlder, olderOf } from '../state/entries';
import { groupOf } from '../state/groups';
import { connection, ownName } from '../state/known';
import { closeConversation, dialog } from '../state/place';
import { t } from '../state/preferences';
import { chat } from '../state/session';
import { isGroup, peerOf } from '../view/conversation-id';
import { Avatar } from './avatar';
import { Composer } from './composer';
import { Icon } from './icon';
import { MessageList } from './message-list';
import { PresenceText } from './presence-text';

/** One conversation: who it is with, what was said, and a place to say more. */
export function Conversation({ conversation }: { readonly conversation: string }) {
  const name = nameOf(conversation);
  const typists = typing.value.get(conversation) ?? [];
  const isConnected = connection.value.state === 'connected';
  useEffect(() => {
    // Once in each connection: further pages come with scrolling.
    const older = olderOf(conversation).peek();
    if (isConnected && (older === undefined || older === 'failed')) void loadOlder(chat(), conversation);
  }, [conversation, isConnected]);
  return (
    <>
      <Head conversation={conversation} name={name} />
      <MessageList conversation={conversation} name={name} />
      <p class="typing" aria-live="polite">
        {typists.length > 0 && (
          <>
            <span class="typing-dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {t.value.typing(typists)}
          </>
        )}
      </p>
      <Composer conversation={conversation} name={name} />
    </>
  );
}

function Head({ conversation, name }: { readonly conversation: string; readonly name: string }) {
  const words = t.value;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [conversation]);
  const group = groupOf(conversation);
  const peer = isGroup(conversation) ? undefined : peerOf(conversation, ownName.value);
  const presence = peer === undefined ? undefined : presenceOf(peer);
  return (
    <header class="conversation-head">
      <button type="button" class="icon-button only-narrow" aria-label={words.back} onClick={closeConversation}>
        <Icon name="back" />
      </button>
      <Avatar name={name} isGroup={peer === undefined} presence={presence?.state} />
      <div class="conversation-title">
        <h1 ref={heading} tabIndex={-1}>
          {name}
        </h1>
        {peer === undefined ? (
          <span class="presence">{group === undefined ? words.group : words.members(group.size)}</span>
        ) : (
          <PresenceText presence={presence} />
        )}
      </div>
      <button
        type="button"
        class="icon-button"
        aria-label={words.details}
        title={words.details}
        onClick={() => {
          dialog.value = 'details';
        }}
      >
        <Icon name="info" />
      </button>
    </header>
  );
}
