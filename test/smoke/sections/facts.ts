import type { Client } from '../../conformance/client';
import { Clients } from '../../conformance/client';
import { OPEN_FACTS } from '../../conformance/open-facts';
import {
  frameFacts,
  handshakeFacts,
  managementFacts,
  type OutsideApp,
  type SeenFact,
} from '../../conformance/outside-facts';
import { proofOf } from '../people';
import type { Frame } from '../raw-device';
import { check, type Stage, section, uncheckable } from '../section';

async function prepare(stage: Stage): Promise<OutsideApp> {
  const { url, headers, people } = stage;
  const { account } = await people.stranger();
  const place = { url, headers };
  return {
    clients: new Clients(() => place),
    callbackUrl: url.replace(/^ws/, 'http'),
    message,
    isAnswer: (text) => ['reply', 'error'].includes(JSON.parse(text).type),
    connectionId: (client) => connectionId(client, { action: 'login', ...proofOf(account) }),
  };
}

/** Whatever it is refused for, it is answered. */
function message(length = 0): string {
  const start = '{"action":"ping","padding":"';
  return `${start}${'x'.repeat(Math.max(0, length - start.length - 2))}"}`;
}

async function connectionId(client: Client, login: object): Promise<string> {
  await client.ask(login);
  const { devices } = (await client.ask({ action: 'devices' })) as { readonly devices: readonly Frame[] };
  return devices.find(({ current }) => current)?.connection;
}

/** What is open about a fact cannot fail; it is told. */
function told({ name, seen }: SeenFact): string {
  const isSame = JSON.stringify(seen) === JSON.stringify(OPEN_FACTS[name].byDefault);
  return isSame ? 'as the local gateway does' : `${OPEN_FACTS[name].question}: ${JSON.stringify(seen)}`;
}

/** Those facts of CONFORMANCE.md that show themselves to whoever connects. */
export const facts = section('facts of API Gateway', prepare, [
  ...[...handshakeFacts, ...frameFacts, ...managementFacts].map((fact) =>
    check(fact.title, async (app: OutsideApp) => {
      try {
        const seen = await fact.check(app);
        return seen && told(seen);
      } finally {
        await app.clients.closeAll();
      }
    }),
  ),
  uncheckable(
    '§1.4 › the idle timeout and the maximum duration',
    '10 minutes and 2 hours: npm run conformance -- --slow',
  ),
]);
