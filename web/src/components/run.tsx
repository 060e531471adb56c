import type { Draft } from '../../../client';
import { forgetRefused } from '../state/known';
import { locale, t } from '../state/preferences';
import { chat } from '../state/session';
import { problemOf } from '../state/use-action';
import { linksIn } from '../view/links';
import type { Bubble, Row, Status } from '../view/rows';
import { clockTime } from '../view/times';
import { Avatar } from './avatar';
import { Icon, type IconName } from './icon';

interface RunProps {
  readonly run: Extract<Row, { kind: 'run' }>;
  readonly isInGroup: boolean;
  readonly reads: ReadonlyMap<string, number> | undefined;
}

/** What one person said in one go. */
export function Run({ run: { from, isMine, bubbles }, isInGroup, reads }: RunProps) {
  const showsFace = isInGroup && !isMine;
  return (
    <div class={`run ${isMine ? 'is-mine' : ''}`}>
      {showsFace && <Avatar name={from} size="small" />}
      <div class="bubbles">
        <p class={showsFace ? 'run-from' : 'unseen'}>{isMine ? t.value.you : from}</p>
        {bubbles.map((bubble) => (
          <BubbleView key={bubble.key} bubble={bubble} readers={readersOf(bubble, reads)} />
        ))}
      </div>
    </div>
  );
}

function readersOf({ seq = Number.POSITIVE_INFINITY }: Bubble, reads: ReadonlyMap<string, number> | undefined): number {
  return Array.from(reads?.values() ?? []).filter((read) => read >= seq).length;
}

function BubbleView({ bubble, readers }: { readonly bubble: Bubble; readonly readers: number }) {
  const { text, sentAt, status, draft, code } = bubble;
  return (
    <div class={`bubble ${status === undefined ? '' : `is-${status}`}`}>
      <span class="bubble-text" dir="auto">
        {linksIn(text).map(({ text: part, href }, index) =>
          href === undefined ? (
            part
          ) : (
            <a key={`${index} ${href}`} href={href} target="_blank" rel="noopener noreferrer">
              {part}
            </a>
          ),
        )}
      </span>
      <span class="bubble-foot">
        {sentAt !== undefined && (
          <time dateTime={new Date(sentAt).toISOString()}>{clockTime(sentAt, locale.value)}</time>
        )}
        {status !== undefined && <Tick status={status} readers={readers} />}
      </span>
      {code !== undefined && draft !== undefined && <Refused draft={draft} code={code} />}
      {status === 'queued' && draft !== undefined && <TakeBack draft={draft} />}
    </div>
  );
}

const TICKS: Readonly<Record<Status, IconName>> = {
  queued: 'clock',
  sending: 'clock',
  refused: 'alert',
  sent: 'check',
  delivered: 'checks',
  read: 'read',
};

/** How far a message has got: each step has a shape and words of its own, so that no colour has to tell it. */
function Tick({ status, readers }: { readonly status: Status; readonly readers: number }) {
  const words = t.value;
  const label = {
    ...{ queued: words.queued, sending: words.sending, refused: words.refused },
    ...{ sent: words.sent, delivered: words.delivered, read: words.read },
  }[status];
  const isWaiting = status === 'queued' || status === 'sending';
  return (
    <span class="tick" title={label}>
      {readers > 0 && <span>{words.readBy(readers)}</span>}
      {isWaiting && <span aria-hidden="true">{label}</span>}
      <Icon name={readers > 0 ? 'read' : TICKS[status]} />
      <span class="unseen">{label}</span>
    </span>
  );
}

function Refused({ draft, code }: { readonly draft: Draft; readonly code: string }) {
  const again = () => {
    forgetRefused(draft.id);
    // What becomes of it is told by the events of the new draft.
    chat()
      .send(draft.target, draft.text)
      .stored.catch(() => undefined);
  };
  return (
    <span class="refused" role="alert">
      {t.value.notSent(problemOf(code))}
      <button type="button" class="link-button" onClick={again}>
        {t.value.retry}
      </button>
      <button type="button" class="link-button" onClick={() => forgetRefused(draft.id)}>
        {t.value.discard}
      </button>
    </span>
  );
}

function TakeBack({ draft }: { readonly draft: Draft }) {
  return (
    <button type="button" class="link-button take-back" onClick={() => chat().cancel(draft)}>
      {t.value.discard}
    </button>
  );
}
