import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { environmentFor } from '../../localstack/environment';
import { findServer } from '../../localstack/find-server';
import { SERVERS } from '../../localstack/servers';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(...paths: readonly string[]): Promise<string> {
  const server = createServer(({ url }, response) => response.writeHead(paths.includes(url ?? '') ? 200 : 404).end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

describe('findServer', () => {
  it('knows MiniStack, which answers as LocalStack too, from LocalStack', async () => {
    const both = await serve('/_ministack/health', '/_localstack/health');
    const one = await serve('/_localstack/health');

    expect((await findServer({ AWS_ENDPOINT_URL: both })).server.name).toBe('MiniStack');
    expect((await findServer({ AWS_ENDPOINT_URL: one })).server.name).toBe('LocalStack');
  });

  it.each([
    [
      'http://localhost:9',
      /^no server answers at http:\/\/localhost:9: start one \(`ministack`, or `localstack start`\)/,
    ],
    ['localhost:4566', /^AWS_ENDPOINT_URL is "localhost:4566", and should be like http:\/\/localhost:4566$/],
    ['https://cloudformation.eu-central-1.amazonaws.com', /is AWS itself: `npm run deploy` is for that$/],
  ])('says what to do where %s is no server', async (url, words) => {
    await expect(findServer({ AWS_ENDPOINT_URL: url })).rejects.toThrow(words);
  });

  it('says that something else answers', async () => {
    await expect(findServer({ AWS_ENDPOINT_URL: await serve() })).rejects.toThrow(
      'is neither MiniStack nor LocalStack',
    );
  });
});

describe('a server', () => {
  const place = { endpoint: new URL('http://localhost:4599'), apiId: 'abc', stage: 'dev' };

  it.each([
    ['MiniStack', 'localhost:4599/_aws/execute-api/abc/dev'],
    ['LocalStack', 'abc.execute-api.localhost.localstack.cloud:4599/dev'],
  ])('%s has clients and Lambdas find an API at %s', (name, address) => {
    const server = SERVERS.find((one) => one.name === name);

    expect(server?.webSocketUrl(place)).toBe(`ws://${address}`);
    expect(server?.callbackUrl(place)).toBe(`http://${address}`);
  });
});

describe('environmentFor', () => {
  const [server] = SERVERS;
  if (server === undefined) throw new Error('There is no server.');
  const found = (url: string) => ({ server, endpoint: new URL(url) });

  it('lets no credential of AWS out, and reaches buckets by path', async () => {
    const given = {
      AWS_PROFILE: 'work',
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_SESSION_TOKEN: 't',
    };

    expect(await environmentFor(found('http://localhost:4599'), { ...given, HOME: '/home/ann' })).toEqual({
      HOME: '/home/ann',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://localhost:4599/',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4599/',
    });
  });

  it('keeps the region and what is said about buckets, and a name that a certificate is for', async () => {
    const kept = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_S3: 'http://s3.localhost:4599' };

    expect(await environmentFor(found('http://localhost:4599'), kept)).toMatchObject(kept);
    expect(await environmentFor(found('https://localhost:4599'), {})).toMatchObject({
      AWS_ENDPOINT_URL_S3: 'https://localhost:4599/',
    });
  });
});
