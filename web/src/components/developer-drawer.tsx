import { effect, signal } from '@preact/signals';
import { connection } from '../state/known';
import { disturb } from '../state/local-server';
import { isDrawerOpen } from '../state/place';
import { locale, t } from '../state/preferences';
import { chat, goAway, isAway } from '../state/session';
import { ActionButton } from './action-button';
import { Icon } from './icon';

/** Enough to see what came before; a tab that is left open must not grow for days. */
const LOG_MAX = 50;

interface Line {
  readonly at: number;
  readonly text: string;
}

const log = signal<readonly Line[]>([]);

/** Notes each change of the connection, from the start on. */
export function logConnection(): void {
  effect(() => {
    const now = connection.value;
    note(now.state === 'connected' ? now.state : `${now.state}: ${now.reason.code}`);
  });
}

function note(text: string): void {
  log.value = [{ at: Date.now(), text }, ...log.peek()].slice(0, LOG_MAX);
}

/** What happens when a client vanishes: does it to one's own connection, so that it can be watched in somebody else's tab. */
export function DeveloperDrawer() {
  const words = t.value;
  return (
    <aside class="drawer" aria-label={words.developer}>
      <header class="dialog-head">
        <h2>{words.developer}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label={words.close}
          onClick={() => {
            isDrawerOpen.value = false;
          }}
        >
          <Icon name="close" />
        </button>
      </header>
      <p class="hint">{words.developerHint}</p>
      <ul class="drawer-acts">
        {isAway.value ? <Act name="comeBack" act={comeBack} /> : ACTS.map((act) => <Act key={act.name} {...act} />)}
      </ul>
      <h3 class="section-title">{words.socketLog}</h3>
      <ol class="drawer-log">
        {log.value.map(({ at, text }) => (
          <li key={`${at} ${text}`}>
            <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString(locale.value)}</time> {text}
          </li>
        ))}
      </ol>
    </aside>
  );
}

interface ActProps {
  readonly name: 'closeSocket' | 'vanish' | 'cut' | 'freeze' | 'thaw' | 'comeBack';
  readonly act: () => Promise<void>;
}

function Act({ name, act }: ActProps) {
  const words = t.value;
  const run = async () => {
    note(name);
    await act();
  };
  return (
    <li>
      <ActionButton text={words[name]} action={run} />
      <p class="hint">{words[`${name}Hint`]}</p>
    </li>
  );
}

/** The connection that was frozen last: only it can be thawed, and while it is frozen it cannot be asked for its name. */
let frozen: string | undefined;

const ACTS: readonly ActProps[] = [
  { name: 'closeSocket', act: goAway },
  {
    name: 'vanish',
    async act() {
      // Frozen first, so that the goodbye is not heard; cut first, the client would be back before it is told to stay away.
      const own = await ownConnection();
      await disturb(own, 'freeze');
      await goAway();
      await disturb(own, 'cut');
    },
  },
  {
    name: 'cut',
    async act() {
      await disturb(await ownConnection(), 'cut');
    },
  },
  {
    name: 'freeze',
    async act() {
      frozen = await ownConnection();
      await disturb(frozen, 'freeze');
    },
  },
  {
    name: 'thaw',
    async act() {
      if (frozen !== undefined) await disturb(frozen, 'thaw');
    },
  },
];

async function ownConnection(): Promise<string> {
  const own = (await chat().devices()).find(({ current }) => current);
  if (own === undefined) throw new Error('The server does not know this connection yet.');
  return own.connection;
}

/** A client that has ended does not begin again; a reload is what a person would do, too. */
async function comeBack(): Promise<void> {
  location.reload();
}
