import {
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Callers } from '../../../local/iam/callers';
import { parsePolicy } from '../../../local/iam/policy';
import { Client, closeAll, http, OK, sdkOf, TestGateway } from '../gateway/harness';

const ACCOUNT = '000000000000';
const CONNECTIONS = `arn:aws:execute-api:eu-central-1:${ACCOUNT}:abcdefghij/dev`;

afterEach(closeAll);

async function connected(resource: string) {
  const callers = new Callers({ accountId: ACCOUNT });
  const lambda = {
    ...{ logicalId: 'Fn', functionName: 'Stack-Fn', codeDirectory: '/', handler: 'index.handler' },
    ...{ environment: {}, timeoutMs: 1, memoryMb: 128, roleName: 'Stack-Role' },
    statements: parsePolicy({
      Statement: { Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource: resource },
    }),
  };
  callers.watch(lambda).started({ accessKeyId: 'ASIAFUNCTION', close: async () => undefined });
  const gateway = await TestGateway.start({ $disconnect: () => OK }, { callers });
  const client = await Client.open(gateway.url);
  const ConnectionId = gateway.running.connections()[0]?.connectionId ?? '';
  return { gateway, client, ConnectionId, sdk: sdkOf(gateway.running.callbackUrl, { accessKeyId: 'ASIAFUNCTION' }) };
}

const Data = Buffer.from('hello');

describe('a function that calls @connections', () => {
  it('may do what its role allows', async () => {
    const { client, sdk, ConnectionId } = await connected(`${CONNECTIONS}/POST/@connections/*`);

    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));

    expect(await client.next()).toBe('hello');
  });

  it.each([
    ['POST', (ConnectionId: string) => new PostToConnectionCommand({ ConnectionId, Data })],
    ['GET', (ConnectionId: string) => new GetConnectionCommand({ ConnectionId })],
    ['DELETE', (ConnectionId: string) => new DeleteConnectionCommand({ ConnectionId })],
  ])('is refused a %s that it does not, with ForbiddenException', async (method, command) => {
    const { gateway, sdk, ConnectionId } = await connected(`${CONNECTIONS}/HEAD/@connections/*`);

    const refusal = await sdk.send(command(ConnectionId) as GetConnectionCommand).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(ForbiddenException);
    expect(refusal).toMatchObject({
      $metadata: { httpStatusCode: 403 },
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/Stack-Role/Stack-Fn is not authorized to perform: ` +
        `execute-api:ManageConnections on resource: ${CONNECTIONS}/${method}/@connections/${ConnectionId} ` +
        'because no identity-based policy allows the execute-api:ManageConnections action',
    });
    expect(gateway.running.connections()).toHaveLength(1);
  });

  it('is refused before it learns whether the connection is there', async () => {
    const { sdk } = await connected(`${CONNECTIONS}/GET/@connections/*`);
    const ConnectionId = 'AAAAAAAAAAAAAAA=';

    await expect(sdk.send(new PostToConnectionCommand({ ConnectionId, Data }))).rejects.toBeInstanceOf(
      ForbiddenException,
    );
    await expect(sdk.send(new GetConnectionCommand({ ConnectionId }))).rejects.toBeInstanceOf(GoneException);
  });

  it('is known by a signature in the query, too', async () => {
    const { gateway, ConnectionId } = await connected(`${CONNECTIONS}/GET/@connections/*`);
    const path = `/dev/@connections/${encodeURIComponent(ConnectionId)}`;
    const signed = (key: string) => `${path}?X-Amz-Credential=${key}%2F20260101&X-Amz-Signature=a`;
    const call = { method: 'POST', isSigned: false, body: 'x' };

    expect((await http(gateway, signed('ASIAFUNCTION'), call)).status).toBe(403);
    expect((await http(gateway, signed('AKIAPERSON'), call)).status).toBe(200);
  });
});

describe('a person who calls @connections', () => {
  it('may do everything', async () => {
    const { gateway, client, ConnectionId } = await connected(`${CONNECTIONS}/HEAD/@connections/*`);

    await sdkOf(gateway.running.callbackUrl, { accessKeyId: 'AKIAPERSON' }).send(
      new PostToConnectionCommand({ ConnectionId, Data }),
    );

    expect(await client.next()).toBe('hello');
  });
});
