import { unreadTotal } from '../state/conversations';
import { me, ownName } from '../state/known';
import { isLocal } from '../state/local-server';
import { dialog, isDrawerOpen, type Tab, tab } from '../state/place';
import { t } from '../state/preferences';
import { Avatar } from './avatar';
import { Badge } from './badge';
import { ConversationList } from './conversation-list';
import { Icon, type IconName } from './icon';
import { PeopleList } from './people-list';

/** Everything that one can go to. */
export function Sidebar() {
  const words = t.value;
  const incoming = me.value?.requests.filter(({ state }) => state === 'incoming').length ?? 0;
  return (
    <section class="sidebar" aria-label={words.lists}>
      <Head />
      <nav class="tabs" aria-label={words.lists}>
        <TabButton name="chats" icon="chats" label={words.chats}>
          <Badge count={unreadTotal.value} label={words.unread(unreadTotal.value)} />
        </TabButton>
        <TabButton name="people" icon="people" label={words.friends}>
          <Badge count={incoming} label={words.requestCount(incoming)} />
        </TabButton>
      </nav>
      <div class="sidebar-scroll">{tab.value === 'chats' ? <ConversationList /> : <PeopleList />}</div>
    </section>
  );
}

function Head() {
  const words = t.value;
  const user = ownName.value;
  return (
    <header class="sidebar-head">
      <Avatar name={user} />
      <h1 class="sidebar-user">{user}</h1>
      {isLocal.value && (
        <HeadButton
          icon="code"
          label={words.developer}
          onClick={() => {
            isDrawerOpen.value = !isDrawerOpen.value;
          }}
        />
      )}
      <HeadButton icon="settings" label={words.settings} onClick={() => show('settings')} />
      <HeadButton icon="plus" label={words.newChatTitle} onClick={() => show('new')} />
    </header>
  );
}

function show(name: 'settings' | 'new'): void {
  dialog.value = name;
}

interface HeadButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
}

function HeadButton({ icon, label, onClick }: HeadButtonProps) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

interface TabButtonProps {
  readonly name: Tab;
  readonly icon: IconName;
  readonly label: string;
  readonly children: preact.ComponentChildren;
}

function TabButton({ name, icon, label, children }: TabButtonProps) {
  return (
    <button
      type="button"
      class="tab"
      aria-current={tab.value === name ? 'page' : undefined}
      onClick={() => {
        tab.value = name;
      }}
    >
      <Icon name={icon} />
      {label}
      {children}
    </button>
  );
}
