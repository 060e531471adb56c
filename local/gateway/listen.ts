import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PORT_ATTEMPTS_MAX } from './limits';

export interface Listening {
  readonly servers: readonly Server[];
  readonly port: number;
}

/** A machine without IPv6 says one of these about `::1`. */
const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * Listens on a host and port; 0 is any free one. `localhost` is 127.0.0.1 to some clients and ::1 to others, so a
 * loopback host means both. Rejects with the system's own error, such as EADDRINUSE.
 */
export async function listen(create: () => Server, host: string, port: number): Promise<Listening> {
  if (host !== '127.0.0.1' && host !== 'localhost') return listenOn(create, [host], port);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listenOn(create, ['127.0.0.1', '::1'], port);
    } catch (error) {
      // Only a port that the system chose for the first address may be changed when the second has it in use.
      if (port !== 0 || codeOf(error) !== 'EADDRINUSE' || attempt >= PORT_ATTEMPTS_MAX) throw error;
    }
  }
}

async function listenOn(create: () => Server, hosts: readonly string[], port: number): Promise<Listening> {
  const servers: Server[] = [];
  let chosen = port;
  for (const host of hosts) {
    try {
      const server = await bound(create(), host, chosen);
      servers.push(server);
      chosen = (server.address() as AddressInfo).port;
    } catch (error) {
      if (servers.length > 0 && NO_SUCH_ADDRESS.has(codeOf(error))) continue;
      for (const server of servers) server.close();
      throw error;
    }
  }
  return { servers, port: chosen };
}

function bound(server: Server, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function codeOf(error: unknown): string {
  return String(Object(error).code);
}
