import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultName } from '../../../local/faults/fault-options';
import { Faults } from '../../../local/faults/faults';
import { Client, closeAll, OK, sdkOf, TestGateway } from '../gateway/harness';

afterEach(closeAll);

async function connected(name: FaultName) {
  const fired: (() => void)[] = [];
  const faults = new Faults({ seed: 1, probabilities: new Map([[name, 1]]) }, (callback) => {
    fired.push(callback);
    return () => undefined;
  });
  const gateway = await TestGateway.start({ $disconnect: () => OK }, { faults });
  const client = await Client.open(gateway.url);
  const ConnectionId = gateway.running.connections()[0]?.connectionId ?? '';
  const sdk = sdkOf(gateway.running.callbackUrl);
  return { gateway, client, ConnectionId, sdk, faults, fired };
}

const Data = Buffer.from('hello');

describe('@connections with', () => {
  it('gone.false says 410 to every command, and the connection stays open', async () => {
    const { gateway, client, sdk, ConnectionId } = await connected('gone.false');

    for (const command of [
      new PostToConnectionCommand({ ConnectionId, Data }),
      new GetConnectionCommand({ ConnectionId }),
      new DeleteConnectionCommand({ ConnectionId }),
    ]) {
      await expect(sdk.send(command as GetConnectionCommand)).rejects.toBeInstanceOf(GoneException);
    }
    await client.roundTrip();

    expect(gateway.running.connections()).toHaveLength(1);
    expect(client.unheard).toEqual([]);
  });

  it('post.lost says 200, and delivers nothing', async () => {
    const { client, sdk, ConnectionId } = await connected('post.lost');

    const { $metadata } = await sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));
    await client.roundTrip();

    expect($metadata.httpStatusCode).toBe(200);
    expect(client.unheard).toEqual([]);
  });

  it('post.429 is LimitExceededException', async () => {
    const { sdk, ConnectionId } = await connected('post.429');

    await expect(sdk.send(new PostToConnectionCommand({ ConnectionId, Data }))).rejects.toBeInstanceOf(
      LimitExceededException,
    );
  });
});

describe('$disconnect with', () => {
  it('disconnect.lost never runs, although the connection is gone', async () => {
    const { gateway, client, faults } = await connected('disconnect.lost');

    client.socket.close();
    await client.closed;
    await gateway.running.close();

    expect(faults.report()).toMatchObject({ 'disconnect.lost': { asked: 1, struck: 1 } });
    expect(gateway.invocationsOf('$disconnect')).toEqual([]);
  });

  it('disconnect.late runs when its time has come', async () => {
    const { gateway, client, sdk, ConnectionId, fired } = await connected('disconnect.late');
    client.socket.close();
    await client.closed;
    // The gateway has taken the connection off its list by the time that it says so.
    await expect(sdk.send(new GetConnectionCommand({ ConnectionId }))).rejects.toBeInstanceOf(GoneException);
    const before = gateway.invocationsOf('$disconnect').length;

    for (const fire of fired) fire();
    await gateway.untilReported('$disconnect');

    expect(before).toBe(0);
    expect(gateway.invocationsOf('$disconnect')).toHaveLength(1);
  });

  it('disconnect.twice runs twice', async () => {
    const { gateway, client, fired } = await connected('disconnect.twice');

    client.socket.close(4000);
    await gateway.untilInvoked('$disconnect');
    for (const fire of fired) fire();
    await gateway.untilReported('$disconnect', 2);

    const codes = gateway.invocationsOf('$disconnect').map((event) => event.requestContext.disconnectStatusCode);
    expect(codes).toEqual([4000, 4000]);
  });
});
