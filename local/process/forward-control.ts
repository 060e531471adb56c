import type { IncomingMessage } from 'node:http';

/** What the page's developer drawer may ask of the gateway's `/_local/`. */
const CONTROL = /^_local\/(connections\/[^/]+\/(cut|freeze|thaw)|clock)$/;

/** As the gateway bounds it: `{"advanceMs": 600000}` is shorter. */
const BODY_CHARS_MAX = 1_000;

interface Forwarding {
  readonly path: string;
  readonly gateway: string;
  readonly send: (status: number, type: string, body: string) => void;
}

/**
 * The gateway refuses whatever comes from a page, because any page of a browser can send a POST to any port. What comes from
 * our own page is let through here, and only that: a browser's `Origin` cannot be forged by a page.
 */
export async function forwardControl(request: IncomingMessage, { path, gateway, send }: Forwarding): Promise<void> {
  const { origin, host } = request.headers;
  // A name that somebody else makes point to this machine is no name of ours (DNS rebinding).
  const isOurs = origin === `http://${host}` && /^(localhost|127\.0\.0\.1|\[::1\]):\d+$/.test(host ?? '');
  if (!isOurs) return send(403, 'application/json', '{"error":"only for the page itself"}');
  try {
    const body = await readText(request);
    const answer = await fetch(new URL(path, gateway.replace(/^ws/, 'http')), { method: 'POST', body });
    send(answer.status, 'application/json', await answer.text());
  } catch {
    send(502, 'application/json', '{"error":"the gateway does not answer"}');
  }
}

export function isControl({ method }: IncomingMessage, path: string): boolean {
  return method === 'POST' && CONTROL.test(path);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_CHARS_MAX) throw new Error('too long');
  }
  return text;
}
