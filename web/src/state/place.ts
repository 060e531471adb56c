/** Where one is in the page. The open conversation is in the address, so that Back, a bookmark and a reload do what is expected. */
import { computed, signal } from '@preact/signals';

export type Tab = 'chats' | 'people';
export type DialogName = 'new' | 'settings' | 'details';

export const tab = signal<Tab>('chats');
export const dialog = signal<DialogName | undefined>(undefined);
/** Only where the page is served by `npm start`. */
export const isDrawerOpen = signal(false);

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

export const openConversation = computed(() => decoded(hash.value.slice(2)));

export function addressOf(conversation: string): string {
  return `#/${encodeURIComponent(conversation)}`;
}

export function open(conversation: string): void {
  location.hash = addressOf(conversation);
  dialog.value = undefined;
}

/** Back to the list. */
export function closeConversation(): void {
  location.hash = '#/';
}

/** Only what can be a conversation: anybody can make an address. */
function decoded(text: string): string | undefined {
  try {
    const conversation = decodeURIComponent(text);
    return /^(dm:[^:]+:[^:]+|group:.+)$/.test(conversation) ? conversation : undefined;
  } catch {
    return undefined;
  }
}
