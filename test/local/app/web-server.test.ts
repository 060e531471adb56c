import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requireFreePort } from '../../../local/process/free-port';
import { startWebServer, type WebServer } from '../../../local/process/web-server';
import { securityHeaders } from '../../../web/headers';

let gateway: Server;
let web: WebServer;
let page: () => Promise<ReadonlyMap<string, Uint8Array>>;
/** What the gateway was asked. */
const asked: string[] = [];

const withText = (text: string) => async () => new Map([['index.html', Buffer.from(text)]]);

beforeAll(async () => {
  gateway = createServer((incoming: IncomingMessage, response) => {
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers.origin ?? 'no origin'}`);
    response.end('{"done":"cut"}');
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(gateway.address() as AddressInfo).port}/dev`;
  web = await startWebServer({
    port: 0,
    files: () => page(),
    config: { url: 'ws://localhost:1/dev' },
    headers: securityHeaders('ws://localhost:1/dev'),
    gateway: url,
  });
  page = withText('<p>page</p>');
});

afterAll(async () => {
  await web.close();
  gateway.close();
});

/** `fetch` resolves `..` before it sends, and sets `Host` itself; an attacker does not. */
function statusOfRaw(path: string, options: object = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(web.url, { path, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

describe('startWebServer', () => {
  it('serves index.html at the root, under a policy that names the gateway and nothing else', async () => {
    const response = await fetch(web.url);

    expect(await response.text()).toBe('<p>page</p>');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("connect-src 'self' ws://localhost:1/dev;");
    expect(policy).not.toContain('unsafe');
  });

  it('serves what the files are at each load', async () => {
    page = withText('edited');

    expect(await (await fetch(web.url)).text()).toBe('edited');
  });

  it('shows why the page cannot be built, and serves it again when it can', async () => {
    page = () => Promise.reject(new Error('main.tsx:1:2: ERROR'));
    const failed = await fetch(web.url);
    page = withText('mended');

    expect(failed.status).toBe(500);
    expect(await failed.text()).toBe('main.tsx:1:2: ERROR\n');
    expect(await (await fetch(web.url)).text()).toBe('mended');
  });

  it('makes the configuration up', async () => {
    const response = await fetch(`${web.url}config.json`);

    expect(await response.json()).toEqual({ url: 'ws://localhost:1/dev' });
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/missing', '/%00', '/%', '//index.html'])(
    'has nothing at %s',
    async (path) => {
      expect(await statusOfRaw(path)).toBe(404);
    },
  );

  it('takes nothing but GET and HEAD', async () => {
    const response = await fetch(web.url, { method: 'POST', body: 'x' });

    expect(response.status).toBe(405);
  });
});

describe('the developer drawer', () => {
  const path = '/_local/connections/abc%3D/cut';

  it('reaches the gateway from the page', async () => {
    const { origin } = new URL(web.url);

    const response = await fetch(new URL(path, web.url), { method: 'POST', headers: { origin } });

    expect(await response.json()).toEqual({ done: 'cut' });
    expect(asked).toEqual([`POST ${path} no origin`]);
  });

  it.each([
    ['of another page', { origin: 'http://localhost:1' }],
    ['of no page', {}],
    ['of a page under a name that somebody made ours', { origin: 'http://evil.test', host: 'evil.test' }],
  ])('refuses the request %s', async (_, headers) => {
    asked.length = 0;

    expect(await statusOfRaw(path, { method: 'POST', headers })).toBe(403);
    expect(asked).toEqual([]);
  });

  it('reaches nothing else of the gateway', async () => {
    const headers = { origin: new URL(web.url).origin };

    expect(await statusOfRaw('/_local/faults', { method: 'POST', headers })).toBe(405);
    expect(await statusOfRaw('/_local/', { headers })).toBe(404);
  });
});

describe('requireFreePort', () => {
  it('says which flag chooses another port', async () => {
    const port = Number(new URL(web.url).port);

    await expect(requireFreePort(port, '--web-port')).rejects.toThrow(
      `port ${port} is taken: stop the program that uses it, or pass --web-port with another port`,
    );
  });

  it('takes 0 for any port', async () => {
    await expect(requireFreePort(0, '--port')).resolves.toBeUndefined();
  });
});
