import { useEffect } from 'preact/hooks';
import { AuthScreen } from './components/auth-screen';
import { ConnectionBanner } from './components/connection-banner';
import { Conversation } from './components/conversation';
import { DetailsDialog } from './components/details-dialog';
import { DeveloperDrawer } from './components/developer-drawer';
import { Icon } from './components/icon';
import { LiveRegion } from './components/live-region';
import { NewDialog } from './components/new-dialog';
import { SettingsDialog } from './components/settings-dialog';
import { Sidebar } from './components/sidebar';
import { unreadTotal } from './state/conversations';
import { login } from './state/known';
import { isLocal } from './state/local-server';
import { closeConversation, dialog, isDrawerOpen, openConversation } from './state/place';
import { t } from './state/preferences';

export function App() {
  useEffect(() => {
    const unread = unreadTotal.value;
    document.title = unread === 0 ? t.value.appName : `(${unread}) ${t.value.appName}`;
  }, [unreadTotal.value, t.value]);
  switch (login.value.is) {
    case 'unknown':
      return <p class="boot">{t.value.loading}</p>;
    case 'out':
      return <AuthScreen />;
    case 'in':
      return <Main />;
  }
}

/** Two panes, of which a narrow screen shows one. */
function Main() {
  const conversation = openConversation.value;
  return (
    <>
      <a class="skip" href="#main">
        {t.value.skipToChat}
      </a>
      <LiveRegion />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape leads back to the list, wherever the focus is. */}
      <div class={`app ${conversation === undefined ? '' : 'has-open'}`} onKeyDown={leaveOnEscape}>
        <Sidebar />
        <main class="pane" id="main" tabIndex={-1}>
          <ConnectionBanner />
          {conversation === undefined ? <Nothing /> : <Conversation key={conversation} conversation={conversation} />}
        </main>
        {isLocal.value && isDrawerOpen.value && <DeveloperDrawer />}
      </div>
      {dialog.value === 'new' && <NewDialog />}
      {dialog.value === 'settings' && <SettingsDialog />}
      {dialog.value === 'details' && conversation !== undefined && <DetailsDialog conversation={conversation} />}
    </>
  );
}

function leaveOnEscape(event: KeyboardEvent): void {
  // An input method uses Escape as well.
  if (event.key === 'Escape' && !event.isComposing && openConversation.value !== undefined) closeConversation();
}

function Nothing() {
  return (
    <div class="nothing">
      <Icon name="chats" />
      <p>{t.value.nothingOpen}</p>
      <p class="hint">{t.value.nothingOpenHint}</p>
    </div>
  );
}
