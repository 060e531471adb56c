/** Who speaks AWS's API without being AWS, as far as this app has to know them. docs/localstack.md tells how each fact was found. */
export interface Server {
  readonly name: string;
  /** Answers 200 on this server, and on none that stands above it here. */
  readonly healthPath: string;
  /** Types that its CloudFormation refuses, though it does what they are for. */
  readonly leftOut: readonly string[];
  /** Of the CDK's context, what is otherwise unless somebody names it. */
  readonly context: Readonly<Record<string, string>>;
  /** Where clients connect, on this machine. */
  webSocketUrl(place: Place): string;
  /** Where a Lambda finds `@connections`: the URL that the template makes is AWS's, or lacks the port. */
  callbackUrl(place: Place): string;
}

export interface Place {
  readonly endpoint: URL;
  readonly apiId: string;
  readonly stage: string;
}

/** By path, because names below `localhost` are not known everywhere. */
const byPath = ({ endpoint, apiId, stage }: Place) => `${endpoint.host}/_aws/execute-api/${apiId}/${stage}`;

/** `localhost.localstack.cloud` and what is below it is this machine for everybody, and LocalStack for its own containers. */
const byName = ({ endpoint, apiId, stage }: Place) =>
  `${apiId}.execute-api.localhost.localstack.cloud:${endpoint.port || '4566'}/${stage}`;

export const SERVERS: readonly Server[] = [
  {
    name: 'MiniStack',
    healthPath: '/_ministack/health',
    // It sends what a Lambda returns whether a route has a response or not.
    leftOut: ['AWS::ApiGatewayV2::RouteResponse'],
    // Its CloudFormation refuses alarms on metrics that are computed from others.
    context: { alarms: 'false' },
    webSocketUrl: (place) => `ws://${byPath(place)}`,
    callbackUrl: (place) => `http://${byPath(place)}`,
  },
  {
    name: 'LocalStack',
    healthPath: '/_localstack/health',
    leftOut: [],
    context: {},
    webSocketUrl: (place) => `ws://${byName(place)}`,
    callbackUrl: (place) => `http://${byName(place)}`,
  },
];
