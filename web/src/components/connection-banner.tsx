import { useEffect, useState } from 'preact/hooks';
import { connection, drafts } from '../state/known';
import { t } from '../state/preferences';
import { chat } from '../state/session';
import { Icon } from './icon';

/** Says that there is no connection, what becomes of what one writes, and when it is tried again. */
export function ConnectionBanner() {
  const { state } = connection.value;
  const isSettled = state === 'connected' || isStarting();
  return (
    // The element stays, so that what comes into it is read out.
    <div class="banner-place" role="status">
      {!isSettled && <Banner />}
    </div>
  );
}

function Banner() {
  const words = t.value;
  const waiting = drafts.value.length;
  return (
    <div class="banner">
      <Icon name="alert" />
      <p>
        {sentence()}
        {waiting > 0 && <span class="banner-waiting"> {words.waitingCount(waiting)}</span>}
      </p>
      {connection.value.state === 'disconnected' && (
        <button type="button" class="button is-small" onClick={() => chat().wake()}>
          {words.reconnectNow}
        </button>
      )}
    </div>
  );
}

/** The first connection is no reconnection. */
function isStarting(): boolean {
  const now = connection.value;
  return now.state === 'connecting' && now.reason.code === 'starting';
}

function sentence() {
  const now = connection.value;
  if (now.state === 'connected') return undefined;
  if (now.reason.code === 'offline') return t.value.deviceOffline;
  if (now.state === 'connecting') return t.value.reconnecting;
  return now.nextAttemptAt === undefined ? t.value.disconnected : <Countdown until={now.nextAttemptAt} />;
}

/** Counts for the eye only: a screen reader that is told each second hears nothing else. */
function Countdown({ until }: { readonly until: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return (
    <>
      <span class="unseen">{t.value.disconnected}</span>
      <span aria-hidden="true">{seconds > 0 ? t.value.reconnectingIn(seconds) : t.value.reconnecting}</span>
    </>
  );
}
