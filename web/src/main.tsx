import './styles/main.css';
import { render } from 'preact';
import { App } from './app';
import { logConnection } from './components/developer-drawer';
import type { PageConfig } from './config';
import { startClock } from './state/clock';
import { isLocal } from './state/local-server';
import { applyPreferences, t } from './state/preferences';
import { startSession } from './state/session';

async function start(root: HTMLElement): Promise<void> {
  applyPreferences();
  const response = await fetch('config.json');
  const config: PageConfig = await response.json();
  isLocal.value = config.isLocal === true;
  startClock();
  logConnection();
  await startSession(config);
  render(<App />, root);
}

const root = document.getElementById('root');
if (root !== null) {
  start(root).catch(() => {
    root.textContent = t.value.noConfig;
  });
}
