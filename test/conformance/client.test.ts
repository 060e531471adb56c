/** The suite's own clients, against servers that misbehave: whatever those do, Jest must end and the table be printed. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Clients } from './client';

const servers: { close(): unknown }[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Resolves with a server's URL, and what closes with its next connection. */
async function serve(server: Server): Promise<{ readonly url: string; readonly gone: Promise<unknown> }> {
  servers.push(server);
  const gone = new Promise((resolve) => server.once('connection', (socket: Socket) => socket.once('close', resolve)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/local`, gone };
}

describe('closeAll', () => {
  it('ends a client whose handshake is never answered', async () => {
    const { url, gone } = await serve(createServer((socket) => socket.resume()));
    const clients = new Clients(() => ({ url }));
    const { socket } = clients.begin();
    const refused = clients.refusal().catch(({ message }: Error) => message);

    await clients.closeAll();
    await gone;

    expect(socket.readyState).toBe(socket.CLOSED);
    expect(await refused).toMatch('closed before the connection was established');
  });

  it('ends a client whose close is never answered', async () => {
    const server = createServer((socket) => {
      socket.once('data', (head) => {
        const key = `${/Sec-WebSocket-Key: (\S+)/i.exec(String(head))?.[1]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
        const accept = createHash('sha1').update(key).digest('base64');
        const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      });
    });
    const { url, gone } = await serve(server);
    const clients = new Clients(() => ({ url }), 20);
    const { socket } = await clients.open();

    await clients.closeAll();
    await gone;

    expect(socket.readyState).toBe(socket.CLOSED);
  });
});
