import { Agent, request } from 'node:https';
import { signerOf } from '../../src/adapters/api-gateway/sign';

interface HandSigned {
  readonly callbackUrl: string;
  readonly sockets: number;
}

/** The floor: a post with nothing around it but its signature. No retries, no timeouts, no errors by name: nobody should push like this. */
export function handSigned({ callbackUrl, sockets }: HandSigned): (id: string, text: string) => Promise<unknown> {
  const { host, hostname, port, pathname } = new URL(callbackUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '', AWS_REGION = '' } = process.env;
  const [accessKeyId, secretAccessKey, sessionToken] = [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN];
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const sign = signerOf({ credentials, region: AWS_REGION, service: 'execute-api' });
  return (id, text) => {
    const path = `${pathname}/@connections/${encodeURIComponent(id)}`;
    const body = Buffer.from(text);
    const signed = sign({ method: 'POST', path, headers: { host }, body }, new Date());
    const headers = { ...signed, 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const post = request({ agent, hostname, port, method: 'POST', path, headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      post.on('error', reject).end(body);
    });
  };
}
