import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { codeOf } from './clear-error';
import { portTaken } from './free-port';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page runs only its own files and talks to nobody but the gateway. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://localhost:* ws://127.0.0.1:*; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

export interface WebServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files of `folder` on localhost, and `config.json`, which tells the page where the gateway is. */
export function startWebServer(options: {
  readonly folder: string;
  readonly port: number;
  readonly config: unknown;
}): Promise<WebServer> {
  const server = createServer((request, response) => {
    void answer(request, response, options);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(codeOf(error) === 'EADDRINUSE' ? portTaken(options.port, '--web-port') : error);
    });
    server.listen(options.port, 'localhost', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : options.port;
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      resolve({ url: `http://localhost:${port}/`, close });
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly folder: string; readonly config: unknown },
): Promise<void> {
  const send = (status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, { ...HEADERS, 'content-type': type });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'text/plain', 'only GET\n');
  const path = pathOf(request.url ?? '/');
  if (path === '/config.json') return send(200, 'application/json', JSON.stringify(options.config));
  const file = path === undefined ? undefined : fileIn(options.folder, path);
  const content = file === undefined ? undefined : await readFile(file).catch(() => undefined);
  if (file === undefined || content === undefined) return send(404, 'text/plain', 'no such page\n');
  send(200, CONTENT_TYPES[extname(file)] ?? 'application/octet-stream', content);
}

function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
}

/** `join` resolves `..`, so a path that leads out of the folder no longer begins with it. */
function fileIn(folder: string, path: string): string | undefined {
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  return file.startsWith(folder + sep) && !file.includes('\0') ? file : undefined;
}
