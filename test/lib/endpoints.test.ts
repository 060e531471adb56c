/** LocalStack and its kin are found by the SDK's own variables: nothing of ours, the slimmed bundles included, may stand in their way. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bundle, cacheFolder } from '../../lib/bundle';

const ROOT = join(__dirname, '../..');

/** Nobody is there; whoever asked there would fail. */
const AWS = 'https://abcdef1234.execute-api.eu-central-1.amazonaws.invalid/dev';

/** The SDK compares it with what it has sent to a queue: `hello`. */
const ANSWER = JSON.stringify({ MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });

let server: Server;
let url: string;
let folder: string;
let requests: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push([request.method, request.url, request.headers['x-amz-target']].filter(Boolean).join(' '));
    request.resume().on('end', () => response.writeHead(200).end(ANSWER));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(cacheFolder(), 'endpoints-'));
  const entryPoints = [join(ROOT, 'test/fixtures/endpoints/probe.ts')];
  bundle({ minify: false, entryPoints, outfile: join(folder, 'probe.cjs') });
});

beforeEach(() => {
  requests = [];
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** As Lambda starts it: nothing of this machine's own settings. */
async function probe(environment: NodeJS.ProcessEnv, callbackUrl: string): Promise<void> {
  const lambda = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
  const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const env = { PATH: process.env.PATH, ...lambda, ...nowhere, ...environment };
  await promisify(execFile)(process.execPath, [join(folder, 'probe.cjs'), callbackUrl, `${url}/000/jobs`], { env });
}

describe('the clients of the Lambdas', () => {
  it('go where AWS_ENDPOINT_URL says, but for the sockets, of which it knows no stage', async () => {
    await probe({ AWS_ENDPOINT_URL: url }, `${url}/dev`);

    expect(requests).toEqual([
      'POST / DynamoDB_20120810.ListTables',
      'POST / AmazonSQS.SendMessage',
      'DELETE /dev/@connections/abc%3D',
    ]);
  });

  it('go where each service’s own variable says, the sockets too', async () => {
    const environment = {
      AWS_ENDPOINT_URL: 'http://nobody.invalid',
      AWS_ENDPOINT_URL_DYNAMODB: `${url}/dynamodb`,
      AWS_ENDPOINT_URL_SQS: `${url}/sqs`,
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `${url}/_aws/execute-api/abc/dev`,
    };
    await probe(environment, AWS);

    expect(requests).toEqual([
      'POST /dynamodb/ DynamoDB_20120810.ListTables',
      expect.stringMatching(/^POST \/sqs\/? AmazonSQS.SendMessage$/),
      'DELETE /_aws/execute-api/abc/dev/@connections/abc%3D',
    ]);
  });

  it('take an empty variable for none', async () => {
    await probe({ AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: '' }, `${url}/dev`);

    expect(requests.at(-1)).toBe('DELETE /dev/@connections/abc%3D');
  });
});
