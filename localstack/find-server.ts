import { SERVERS, type Server } from './servers';

/** Where they listen, unless they were told otherwise. */
const DEFAULT_ENDPOINT = 'http://localhost:4566';

/** A server on this machine answers in milliseconds, and a busy one in a second. */
const HEALTH_MS_MAX = 5_000;

export interface Found {
  readonly endpoint: URL;
  readonly server: Server;
}

/** The server at `AWS_ENDPOINT_URL`. @throws Error, one line that says what to do, if there is none that we know. */
export async function findServer(environment: NodeJS.ProcessEnv): Promise<Found> {
  const endpoint = endpointIn(environment);
  for (const server of SERVERS) if (await isHealthy(endpoint, server)) return { endpoint, server };
  const known = SERVERS.map(({ name }) => name).join(' nor ');
  throw new Error(
    `what answers at ${endpoint.origin} is neither ${known}: name the endpoint of one (AWS_ENDPOINT_URL)`,
  );
}

function endpointIn({ AWS_ENDPOINT_URL: text = DEFAULT_ENDPOINT }: NodeJS.ProcessEnv): URL {
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (endpoint === undefined || !/^https?:$/.test(endpoint.protocol)) {
    throw new Error(`AWS_ENDPOINT_URL is "${text}", and should be like ${DEFAULT_ENDPOINT}`);
  }
  if (/(^|\.)amazonaws\.com(\.cn)?$/.test(endpoint.hostname)) {
    throw new Error('AWS_ENDPOINT_URL is AWS itself: `npm run deploy` is for that');
  }
  return endpoint;
}

async function isHealthy(endpoint: URL, { healthPath }: Server): Promise<boolean> {
  try {
    const response = await fetch(new URL(healthPath, endpoint), { signal: AbortSignal.timeout(HEALTH_MS_MAX) });
    await response.body?.cancel();
    return response.ok;
  } catch (cause) {
    const advice = `start one (\`ministack\`, or \`localstack start\`), or name its endpoint (AWS_ENDPOINT_URL)`;
    throw new Error(`no server answers at ${endpoint.origin}: ${advice}`, { cause });
  }
}
