import { expect, it } from '@jest/globals';
import { openConnection } from '../../src/domain/presence/open-connection';
import type { ConnectionId } from '../../src/protocol/ids';
import type { Origin } from '../../src/protocol/origin';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

const CHAT = 'https://chat.example.com' as Origin;

describeOn(dynoxide, '$connect', (database) => {
  let serial = 0;
  /** What comes of a handshake with this `Origin`, and whether it left a row. */
  const open = async (origin: string | undefined, allowedOrigins?: readonly Origin[]) => {
    const { ports, world, named } = worldOn(database());
    const connectionId = named(`o${serial++}`) as ConnectionId;
    const allowed = allowedOrigins ? { allowedOrigins: new Set(allowedOrigins) } : {};
    const opening = { connectionId, connectedAt: world.now, sourceIp: '::1', origin };
    const outcome = await openConnection({ ...ports, ...allowed }, opening);
    return { outcome, hasRow: (await ports.connections.find(connectionId)) !== undefined };
  };

  it.each([CHAT, 'HTTPS://CHAT.example.com', 'https://chat.example.com:443'])(
    'from an allowed origin opens the connection: %s',
    async (origin) => {
      expect(await open(origin, [CHAT])).toEqual({ outcome: 'opened', hasRow: true });
    },
  );

  it.each([
    'https://evil.example',
    'http://chat.example.com',
    'https://chat.example.com.evil.example',
    'https://chat.example.com:8443',
    'null',
    '',
    'https://chat.example.com, https://evil.example',
  ])('from another origin writes nothing: %j', async (origin) => {
    expect(await open(origin, [CHAT])).toEqual({ outcome: 'foreign', hasRow: false });
  });

  it('without an origin opens the connection: that is no browser', async () => {
    expect(await open(undefined, [CHAT])).toEqual({ outcome: 'opened', hasRow: true });
  });

  it('from anywhere opens the connection where there is no list', async () => {
    expect(await open('https://evil.example')).toEqual({ outcome: 'opened', hasRow: true });
    expect(await open('null')).toEqual({ outcome: 'opened', hasRow: true });
  });

  it('from no page at all does, where the list is empty', async () => {
    expect(await open(CHAT, [])).toEqual({ outcome: 'foreign', hasRow: false });
    expect(await open(undefined, [])).toEqual({ outcome: 'opened', hasRow: true });
  });
});
