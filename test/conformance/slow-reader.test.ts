import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from '@jest/globals';
import { bytes } from './bytes';
import { Clients } from './client';
import { deployment } from './deployment';
import { Management } from './management';
import { describeTarget } from './target';

/** 64 MB: many times what the kernel and the gateway hold for one client. */
const POSTS_MAX = 512;

// Against AWS this would send as much over the network, and what lies between may hold any amount of it.
if (deployment === undefined) {
  describeTarget('core', 'a client that does not read', (target) => {
    const clients = new Clients(target);

    afterEach(() => clients.closeAll());

    it('§5 › makes posts to it fail with LimitExceededException, and gets all the others', async () => {
      const client = await clients.open();
      const connectionId = await client.connectionId();
      const { client: sdk } = new Management(target());
      const post = new PostToConnectionCommand({ ConnectionId: connectionId, Data: bytes('x'.repeat(128 * 1024)) });
      client.raw.pause();

      let [posted, failure]: [number, unknown] = [0, undefined];
      while (failure === undefined && posted < POSTS_MAX) {
        failure = await sdk.send(post).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure === undefined) posted += 1;
      }
      client.raw.resume();

      expect(failure).toMatchObject({ name: 'LimitExceededException', $metadata: { httpStatusCode: 429 } });
      for (let received = 0; received < posted; received += 1) expect(await client.next()).toHaveLength(128 * 1024);
    });
  });
} else {
  describe.skip('a client that does not read (skipped: local only)', () => it('§5', () => undefined));
}
