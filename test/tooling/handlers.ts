import type { WebSocketEvent, WebSocketHandler } from '../../src/adapters/lambda/event';
import type { ConnectionId } from '../../src/protocol/ids';

/** The Lambdas as AWS has them: the environment is there before their code is loaded. */
Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  CONNECTIONS_TABLE: 'Connections',
  CHAT_TABLE: 'Chat',
  FAN_OUT_QUEUE_URL: 'http://127.0.0.1:9/1/FanOut',
  CALLBACK_URL: 'http://127.0.0.1:9/dev',
  LEASE_SECONDS: '120',
  LOGIN_GRACE_SECONDS: '120',
  DEVICES_MAX: '20',
  DIRECT_MEMBERS_MAX: '256',
  SWEEP_PERIOD_SECONDS: '20',
});
const load = (name: string): WebSocketHandler => require(`../../lambdas/${name}`).handler;

const task = (name: string): ((event: object, context?: object) => Promise<unknown>) =>
  require(`../../lambdas/${name}`).handler;

export const eventWith = (body?: string, headers?: Readonly<Record<string, string>>): WebSocketEvent => ({
  requestContext: {
    connectionId: 'c' as ConnectionId,
    connectedAt: 1,
    requestId: 'r',
    identity: { sourceIp: '::1' },
  },
  ...(headers && { headers }),
  ...(body === undefined ? {} : { body }),
});

const command = (action: string) => async (fields: object) => {
  const result = await load(action)(eventWith(JSON.stringify({ action, ref: 'r', ...fields })));
  return result.body === undefined ? undefined : JSON.parse(result.body);
};

export const connect = (headers?: Readonly<Record<string, string>>) => load('connect')(eventWith(undefined, headers));
export const disconnect = () => load('disconnect')(eventWith());
export const chat = command('chat');
export const ping = () => command('ping')({});

export const announce = (Records: readonly object[]) => task('announce')({ Records });
export const sweep = ({ remainingMs }: { readonly remainingMs: number }) =>
  task('sweep')({}, { awsRequestId: 'r', getRemainingTimeInMillis: () => remainingMs });
export const fanOut = (bodies: readonly string[]) =>
  task('fan-out')({ Records: bodies.map((body, index) => ({ messageId: `id${index}`, body })) });

/** Any Lambda, with any event. */
export const invoke = (name: string, event: object, context?: object): Promise<unknown> => task(name)(event, context);
