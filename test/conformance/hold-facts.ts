import { it } from '@jest/globals';
import type { Client, Clients } from './client';
import type { OutsideApp, OutsideFact } from './outside-facts';
import { settle } from './settle';
import type { Target } from './target';

/** One test per fact, on the fixture. */
export function holdFacts(facts: readonly OutsideFact[], target: () => Target, clients: Clients): void {
  for (const { title, check } of facts) {
    it(title, async () => {
      const seen = await check(fixtureApp(target(), clients));
      if (seen !== undefined) settle(seen.name, seen.seen);
    });
  }
}

function fixtureApp({ callbackUrl }: Target, clients: Clients): OutsideApp {
  return {
    clients,
    callbackUrl,
    message: (length = 0) => padded(length),
    // It answers with the length of what it got.
    isAnswer: (text) => /^\d+$/.test(text),
    connectionId: (client: Client) => client.connectionId(),
  };
}

/** @returns a message that the fixture answers with its length: so long, if that is not too short for it. */
export function padded(length: number): string {
  const start = '{"action":"ask","do":"length","padding":"';
  return `${start}${'x'.repeat(Math.max(0, length - start.length - 2))}"}`;
}
