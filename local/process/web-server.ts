import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { codeOf } from './clear-error';
import { forwardControl, isControl } from './forward-control';
import { portTaken } from './free-port';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface WebServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface WebServerOptions {
  readonly port: number;
  /** The files by their paths below the root. Asked for with each load of the page, so that edited sources are seen. */
  readonly files: () => Promise<ReadonlyMap<string, Uint8Array>>;
  /** What `config.json` tells the page. */
  readonly config: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the gateway's `/_local/` is, for the page's developer drawer. */
  readonly gateway: string;
}

/** Serves a page on localhost, its configuration, and to the page alone what it may do to the gateway. */
export function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const site = createSite(options);
  const server = createServer((request, response) => {
    void site(request, response);
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

type Site = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function createSite({ files, config, headers, gateway }: WebServerOptions): Site {
  let current: ReadonlyMap<string, Uint8Array> = new Map();
  return async (request, response) => {
    const send = (status: number, type: string, body: string | Uint8Array) => {
      response.writeHead(status, { ...headers, 'cache-control': 'no-store', 'content-type': type });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const path = pathOf(request.url ?? '/');
    if (isControl(request, path)) return forwardControl(request, { path, gateway, send });
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'text/plain', 'only GET\n');
    if (path === 'config.json') return send(200, 'application/json', JSON.stringify(config));
    try {
      if (path === 'index.html') current = await files();
    } catch (error) {
      // Whoever edits the page looks at the browser, not at the terminal.
      return send(500, 'text/plain; charset=utf-8', `${error instanceof Error ? error.message : error}\n`);
    }
    const content = current.get(path);
    if (content === undefined) return send(404, 'text/plain', 'no such page\n');
    send(200, CONTENT_TYPES[extname(path)] ?? 'application/octet-stream', content);
  };
}

function pathOf(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return path === '/' ? 'index.html' : path.slice(1);
}
