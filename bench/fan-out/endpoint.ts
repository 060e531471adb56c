/**
 * `@connections`, as far as a push can tell, in a process of its own: TLS, connections that are kept alive, and each post answered
 * after LATENCY_MS. Says its URL when it listens; asked anything, it says what it has seen since it was last asked.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { LATENCY_MS, type Seen } from './burst';

const [, , key = '', cert = ''] = process.argv;
const NOTHING: Seen = { requests: 0, handshakes: 0, inFlightMax: 0 };
const seen = { ...NOTHING };
let inFlight = 0;

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  seen.requests++;
  seen.inFlightMax = Math.max(seen.inFlightMax, ++inFlight);
  request.resume();
  setTimeout(() => {
    inFlight--;
    response.writeHead(200, { 'x-amzn-requestid': '0', 'content-type': 'application/json', 'content-length': 0 });
    response.end();
  }, LATENCY_MS);
});
server.keepAliveTimeout = 60_000; // Longer than any run.
server.on('secureConnection', () => seen.handshakes++);
server.listen(0, '127.0.0.1', () => {
  process.send?.(`https://localhost:${(server.address() as AddressInfo).port}/prod`);
});

process.on('message', () => {
  process.send?.({ ...seen });
  Object.assign(seen, NOTHING);
});
process.on('disconnect', () => process.exit());
