import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '../processes/certificate';

/** DynamoDB and `@connections`, over TLS as in AWS: answers at once, that nothing is there. */
export interface Services {
  readonly url: string;
  /** Whoever trusts this trusts them. */
  readonly certificate: string;
  close(): void;
}

export async function startServices(folder: string): Promise<Services> {
  const { keyFile, certificateFile } = selfSigned(folder);
  const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, answer);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return { url: urlOf(server), certificate: certificateFile, close: () => server.close() };
}

function urlOf(server: Server): string {
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const target = String(request.headers['x-amz-target'] ?? '');
  // A connection that is not there: so a command is charged for, and meets the fence, which is a post.
  const isRefused = target.endsWith('UpdateItem');
  const body = isRefused ? { __type: 'ConditionalCheckFailedException' } : {};
  request.resume().on('end', () => {
    response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  });
}
