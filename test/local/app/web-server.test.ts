import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requireFreePort } from '../../../local/process/free-port';
import { startWebServer, type WebServer } from '../../../local/process/web-server';

let folder: string;
let web: WebServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web-'));
  await mkdir(join(folder, 'public'));
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'public', 'index.html'), '<p>page</p>');
  web = await startWebServer({ folder: join(folder, 'public'), port: 0, config: { url: 'ws://localhost:1/dev' } });
});

afterAll(async () => {
  await web.close();
  await rm(folder, { recursive: true });
});

/** `fetch` resolves `..` before it sends; an attacker does not. */
function statusOfRaw(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(web.url, { path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

describe('startWebServer', () => {
  it('serves index.html at the root, under a strict policy', async () => {
    const response = await fetch(web.url);

    expect(await response.text()).toBe('<p>page</p>');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  });

  it('makes the configuration up', async () => {
    const response = await fetch(`${web.url}config.json`);

    expect(await response.json()).toEqual({ url: 'ws://localhost:1/dev' });
  });

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/missing', '/%00', '/%'])(
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
