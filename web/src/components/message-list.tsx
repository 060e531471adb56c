import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { groupReads } from '../state/activity';
import { now } from '../state/clock';
import { entriesOf, loadOlder, olderOf } from '../state/entries';
import { drafts, me, ownName, refusedDrafts } from '../state/known';
import { locale, t } from '../state/preferences';
import { chat } from '../state/session';
import { isGroup } from '../view/conversation-id';
import { type Row, rowsOf } from '../view/rows';
import { dayName, daysAgo } from '../view/times';
import { Icon } from './icon';
import { Run } from './run';

/** So near to an end counts as there. */
const NEAR_PX = 120;

interface Props {
  readonly conversation: string;
  readonly name: string;
}

/**
 * What was said. It lies in a box that is filled from below (`flex-direction: column-reverse`), so the browser itself keeps the
 * newest in view, and the place where one reads while older ones come in above it; its `scrollTop` is 0 at the end.
 */
export function MessageList({ conversation, name }: Props) {
  const box = useRef<HTMLElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  useReading(conversation, isAtEnd);
  const older = olderOf(conversation).value;
  const loadWhereNeeded = () => {
    if (older === 'more' && isNearBeginning(box.current)) void loadOlder(chat(), conversation);
  };
  // A page that came in and did not fill the box, or while one went on scrolling, is followed by the next one.
  useEffect(loadWhereNeeded);
  const onScroll = ({ currentTarget }: { readonly currentTarget: HTMLElement }) => {
    setAtEnd(-currentTarget.scrollTop < NEAR_PX);
    loadWhereNeeded();
  };
  const toEnd = () => box.current?.scrollTo({ top: 0 });
  return (
    <div class="messages-place">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="messages" ref={box} tabIndex={0} aria-label={t.value.messagesOf(name)} onScroll={onScroll}>
        <Rows conversation={conversation} />
        <Beginning older={older} conversation={conversation} />
      </section>
      {!isAtEnd && (
        <button type="button" class="to-end icon-button" aria-label={t.value.toNewest} onClick={toEnd}>
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

function isNearBeginning(box: HTMLElement | null): boolean {
  return box !== null && box.scrollHeight - box.clientHeight + box.scrollTop < NEAR_PX;
}

/** Tells the server what one has seen: the end of an open conversation, in a window that is looked at. */
function useReading(conversation: string, isAtEnd: boolean): void {
  useEffect(() => {
    const entries = entriesOf(conversation);
    const read = () => {
      const last = entries.value.at(-1);
      if (last !== undefined && isAtEnd && document.visibilityState === 'visible') chat().read(conversation, last.seq);
    };
    const end = effect(read);
    document.addEventListener('visibilitychange', read);
    return () => {
      end();
      document.removeEventListener('visibilitychange', read);
    };
  }, [conversation, isAtEnd]);
}

function Beginning({ older, conversation }: { readonly older: string | undefined; readonly conversation: string }) {
  const isEmpty = entriesOf(conversation).value.length === 0;
  if (older === 'loading') return <p class="beginning">{t.value.loadingOlder}</p>;
  if (older === 'more' || older === 'failed') {
    return (
      <p class="beginning">
        <button type="button" class="link-button" onClick={() => void loadOlder(chat(), conversation)}>
          {t.value.older}
        </button>
      </p>
    );
  }
  return <p class="beginning">{isEmpty ? t.value.noMessages : t.value.beginning}</p>;
}

function Rows({ conversation }: { readonly conversation: string }) {
  const here = <Item extends { readonly conversation: string }>(item: Item) => item.conversation === conversation;
  const peer = me.value?.conversations.find(here)?.peer;
  const reads = groupReads.value.get(conversation);
  const rows = rowsOf({
    ...{ user: ownName.value, peer },
    entries: entriesOf(conversation).value,
    drafts: drafts.value.filter(here),
    refused: refusedDrafts.value.filter(({ draft }) => here(draft)),
  });
  return (
    <ol class="rows">
      {rows.map((row) => (
        <li key={row.key}>{rowOf(row, isGroup(conversation), reads)}</li>
      ))}
    </ol>
  );
}

function rowOf(row: Row, isInGroup: boolean, reads: ReadonlyMap<string, number> | undefined) {
  switch (row.kind) {
    case 'day':
      return <h2 class="day">{dayInWords(row.at)}</h2>;
    case 'change':
      return <p class="change">{t.value[row.change](row.user)}</p>;
    case 'run':
      return <Run run={row} isInGroup={isInGroup} reads={reads} />;
  }
}

function dayInWords(at: number): string {
  const days = daysAgo(at, now.value);
  if (days === 0) return t.value.today;
  return days === 1 ? t.value.yesterday : dayName(at, now.value, locale.value);
}
