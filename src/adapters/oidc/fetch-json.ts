import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';

/** Discovery documents and key sets have a few KB. */
const BYTES_MAX = 256 * 1024;

/**
 * A JSON document. A redirect is an error like any other status but 200, so nobody is sent to where keys would come by plain HTTP. On a
 * connection of its own: one that was kept would have died while Lambda stood still.
 */
export async function fetchJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, signal, headers: { accept: 'application/json' } }, resolve).once('error', reject);
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`${url} answered ${response.statusCode}.`);
  }
  return JSON.parse(await textOf(response, url));
}

async function textOf(response: IncomingMessage, url: URL): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > BYTES_MAX) throw new Error(`${url} answered with more than ${BYTES_MAX} bytes.`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
