import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signerOf } from '../../../src/adapters/api-gateway/sign';
import { CallbackServer } from './callback-server';

const HOST = { host: 'example.amazonaws.com' };
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const STS_TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
const UNRESERVED = '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

// Cases of AWS's Signature Version 4 test suite without a query, by its names for them.
describe('AWS Signature Version 4', () => {
  it.each([
    ['get-vanilla', 'GET', '/', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['get-unreserved', 'GET', UNRESERVED, {}, '', '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f'],
    ['get-utf8', 'GET', '/ሴ', {}, '', '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
    ['post-vanilla', 'POST', '/', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      ...['post-x-www-form-urlencoded', 'POST', '/'],
      ...[{ 'content-type': 'application/x-www-form-urlencoded' }, 'Param1=value1'],
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ] as [string, string, string, Record<string, string>, string, string][])('%s', (_, method, path, more, body, hex) => {
    const sign = signerOf({ credentials: KEYS, region: 'us-east-1', service: 'service' });

    const { authorization } = sign(
      { method, path, headers: { ...HOST, ...more }, body },
      new Date('2015-08-30T12:36Z'),
    );

    const names = [...Object.keys(more), 'host', 'x-amz-date'].join(';');
    const scope = 'Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
    expect(authorization).toBe(`AWS4-HMAC-SHA256 ${scope}, SignedHeaders=${names}, Signature=${hex}`);
  });

  it('post-sts-header-before', () => {
    const credentials = { ...KEYS, sessionToken: STS_TOKEN };
    const sign = signerOf({ credentials, region: 'us-east-1', service: 'service' });

    const headers = sign({ method: 'POST', path: '/', headers: HOST, body: '' }, new Date('2015-08-30T12:36Z'));

    expect(headers).toMatchObject({ ...HOST, 'x-amz-date': '20150830T123600Z', 'x-amz-security-token': STS_TOKEN });
    expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token');
    expect(headers.authorization).toContain('85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead');
  });

  it('takes another key each day', () => {
    const sign = signerOf({ credentials: KEYS, region: 'us-east-1', service: 'service' });
    const at = (day: string) =>
      sign({ method: 'GET', path: '/', headers: HOST, body: '' }, new Date(day)).authorization;

    const [first, next, again] = [at('2015-08-30T12:36Z'), at('2015-08-31T12:36Z'), at('2015-08-30T12:36Z')];

    expect(next).not.toBe(first);
    expect(again).toBe(first);
  });
});

describe('a signature of ours', () => {
  let server: CallbackServer;
  beforeAll(async () => {
    server = await CallbackServer.start();
  });
  afterAll(() => server.close());

  it.each([
    ['a post', 'POST', new PostToConnectionCommand({ ConnectionId: "a b+c/d'(!)*=", Data: Buffer.from('grüezi') })],
    ['a question', 'GET', new GetConnectionCommand({ ConnectionId: 'L0SM9cOFvHcCIhw=' })],
  ] as const)('is the one of the SDK, of %s', async (_, method, command) => {
    const credentials = { ...KEYS, sessionToken: 'token' };
    server.forget();

    const sdk = new ApiGatewayManagementApiClient({ endpoint: server.url, region: 'eu-west-1', credentials });
    await sdk.send(command as PostToConnectionCommand);

    const [{ url: path = '', headers } = {}] = server.requests;
    const { authorization, ...sent } = headers as Record<string, string>;
    const signed = /SignedHeaders=([^,]*)/.exec(String(authorization))?.[1]?.split(';') ?? [];
    const given = Object.fromEntries(signed.map((name) => [name, String(sent[name])]));
    const at = new Date(String(sent['x-amz-date']).replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
    const sign = signerOf({ credentials, region: 'eu-west-1', service: 'execute-api' });
    const body = method === 'POST' ? 'grüezi' : '';
    expect(signed).toContain('host');
    expect(sign({ method, path, headers: given, body }, at).authorization).toBe(authorization);
  });
});
