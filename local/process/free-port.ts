import { createServer } from 'node:net';
import { ClearError, codeOf } from './clear-error';

/**
 * A listener on any of these would get the connections meant for ours: `localhost` resolves to either loopback address,
 * and a wildcard listener on macOS does not make a later bind to a loopback address fail.
 */
const ADDRESSES = ['127.0.0.1', '::1', '0.0.0.0'] as const;

/** @throws ClearError if somebody listens on `port`. `flag` is the option that chooses another one. */
export async function requireFreePort(port: number, flag: string): Promise<void> {
  if (port === 0) return;
  for (const address of ADDRESSES) {
    try {
      await listenOnce(port, address);
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE') throw portTaken(port, flag);
      if (codeOf(error) === 'EACCES')
        throw new ClearError(`port ${port} needs privileges: pass ${flag} with one above 1023`);
      // A machine without IPv6 says EADDRNOTAVAIL or EAFNOSUPPORT: then nobody else can listen there, either.
    }
  }
}

export function portTaken(port: number, flag: string): ClearError {
  return new ClearError(`port ${port} is taken: stop the program that uses it, or pass ${flag} with another port`);
}

/** A port that was free a moment ago. Somebody else may take it before you do: be ready to ask again. */
export function findFreePort(): Promise<number> {
  return listenOnce(0, '127.0.0.1');
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
