import type { AppDescription } from '../app/description';
import type { GatewayLimits } from './limits';
import { TokenBucket } from './token-bucket';

/**
 * The account's throttle, which handshakes, messages and `@connections` share; its quota of new connections; and the
 * stage's throttle: a bucket for each route, as its settings say, or else the default ones (AWS::ApiGatewayV2::Stage,
 * DefaultRouteSettings and RouteSettings).
 * Nothing throttles `$disconnect`, for nobody is left to be slowed down.
 */
export class Throttles {
  readonly #account: TokenBucket;
  readonly #connections: TokenBucket;
  readonly #app: Pick<AppDescription, 'throttling'>;
  readonly #limits: GatewayLimits;
  readonly #now: () => number;
  readonly #routes = new Map<string, TokenBucket>();

  constructor(app: Pick<AppDescription, 'throttling'>, limits: GatewayLimits, now: () => number) {
    this.#app = app;
    this.#limits = limits;
    this.#now = now;
    this.#account = new TokenBucket(accountRate(limits), now);
    const { connectionsPerSecond: ratePerSecond, connectionsBurst: burst } = limits;
    this.#connections = new TokenBucket({ ratePerSecond, burst }, now);
  }

  /** False when a handshake must be refused. It is a new connection, and a request like any other. */
  admitsConnection(): boolean {
    return this.#connections.take() && this.admits('$connect');
  }

  /** False when the request must be refused. Without a route, only the account counts. */
  admits(routeKey?: string): boolean {
    if (!this.#account.take()) return false;
    const { throttling } = this.#app;
    return routeKey === undefined || throttling === undefined || this.#bucketOf(routeKey, throttling).take();
  }

  #bucketOf(routeKey: string, { byDefault, ofRoute }: NonNullable<AppDescription['throttling']>): TokenBucket {
    const known = this.#routes.get(routeKey);
    if (known) return known;
    const rate = { ...accountRate(this.#limits), ...byDefault, ...ofRoute.get(routeKey) };
    const bucket = new TokenBucket(rate, this.#now);
    this.#routes.set(routeKey, bucket);
    return bucket;
  }
}

function accountRate(limits: GatewayLimits): { readonly ratePerSecond: number; readonly burst: number } {
  return { ratePerSecond: limits.accountRequestsPerSecond, burst: limits.accountBurst };
}
