import { lookup } from 'node:dns/promises';
import type { Found } from './find-server';

/** Any will do, and a real one must not leave for a server that is not AWS. Twelve digits would be the account. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** What the CDK's CLI needs in order to speak to this server, and to no other. */
export async function environmentFor({ endpoint }: Found, given: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { AWS_PROFILE, AWS_SESSION_TOKEN, ...rest } = given;
  const region = given.AWS_REGION ?? given.AWS_DEFAULT_REGION ?? 'us-east-1';
  return {
    ...rest,
    ...CREDENTIALS,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint.href,
    AWS_ENDPOINT_URL_S3: given.AWS_ENDPOINT_URL_S3 ?? (await s3Endpoint(endpoint)),
  };
}

/** By its address: then the SDK puts a bucket into the path, and not before the host, whose subdomains nobody may know. */
async function s3Endpoint(endpoint: URL): Promise<string> {
  // A certificate is for a name.
  if (endpoint.protocol === 'https:') return endpoint.href;
  const { address, family } = await lookup(endpoint.hostname, { family: 4 }).catch(() => lookup(endpoint.hostname));
  const byAddress = new URL(endpoint);
  byAddress.hostname = family === 6 ? `[${address}]` : address;
  return byAddress.href;
}
