import { useEffect, useRef, useState } from 'preact/hooks';
import { TEXT_BYTES_MAX } from '../../../src/protocol/limits';
import { ownName } from '../state/known';
import { t } from '../state/preferences';
import { chat } from '../state/session';
import { targetOf } from '../view/conversation-id';
import { Icon } from './icon';

/** PROTOCOL.md, `typing`: every few seconds at most. Others show it for five. */
const TYPING_EVERY_MS = 3_000;

/** What was typed and not sent, by conversation, as long as the tab lives. */
const unsent = new Map<string, string>();

const encoder = new TextEncoder();

/** Where one writes. Enter sends, Shift-Enter makes a line; while an input method composes, Enter is its own. */
export function Composer({ conversation, name }: { readonly conversation: string; readonly name: string }) {
  const words = t.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(unsent.get(conversation) ?? '');
  const typed = useTyping(conversation);
  useGrowing(field.current, text);
  const excess = encoder.encode(text).length - TEXT_BYTES_MAX;
  const isSendable = text.trim() !== '' && excess <= 0;
  const change = (value: string) => {
    setText(value);
    unsent.set(conversation, value);
  };
  const send = (event?: Event) => {
    event?.preventDefault();
    if (!isSendable) return;
    // What becomes of it is told by its events.
    chat()
      .send(targetOf(conversation, ownName.value), text.trim())
      .stored.catch(() => undefined);
    change('');
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
  };
  return (
    <form class="composer" onSubmit={send}>
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label={words.messageTo(name)}
        placeholder={words.message}
        enterkeyhint="send"
        onKeyDown={onKeyDown}
        onInput={({ currentTarget: { value } }) => {
          change(value);
          if (value !== '') typed();
        }}
      />
      {excess > 0 && (
        <p class="problem" role="alert">
          {words.tooLong(excess)}
        </p>
      )}
      <button type="submit" class="send" aria-label={words.send} disabled={!isSendable}>
        <Icon name="arrow" />
      </button>
    </form>
  );
}

/** As tall as its text, up to what the stylesheet allows. */
function useGrowing(field: HTMLTextAreaElement | null, text: string): void {
  useEffect(() => {
    if (field === null) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }, [field, text]);
}

/** @returns what tells the others that one types, now and then. */
function useTyping(conversation: string): () => void {
  const toldAt = useRef(0);
  return () => {
    const now = Date.now();
    if (now - toldAt.current < TYPING_EVERY_MS) return;
    toldAt.current = now;
    chat().typing(targetOf(conversation, ownName.value));
  };
}
