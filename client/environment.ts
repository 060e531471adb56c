import type { Environment } from './types';

/** The part of a window or a document that is used; Node has neither. */
interface Waking {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

interface Surroundings {
  readonly window?: Waking;
  readonly document?: Waking & { readonly visibilityState: string };
  readonly navigator?: { readonly onLine?: boolean };
}

const surroundings = globalThis as unknown as Surroundings;

/** The real world: a browser's, or Node's. */
export const realEnvironment: Environment = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  timer: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  // Not `randomUUID`, which a page without TLS does not have.
  newId: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''),
  onWake: (listener) => {
    const { window, document } = surroundings;
    const looked = () => {
      if (document?.visibilityState === 'visible') listener();
    };
    // `pageshow`: back from the browser's cache of whole pages, where sockets do not survive.
    for (const type of ['online', 'pageshow']) window?.addEventListener(type, listener);
    document?.addEventListener('visibilitychange', looked);
    return () => {
      for (const type of ['online', 'pageshow']) window?.removeEventListener(type, listener);
      document?.removeEventListener('visibilitychange', looked);
    };
  },
  isOffline: () => surroundings.navigator?.onLine === false,
};
