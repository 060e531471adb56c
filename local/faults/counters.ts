import type { GatewayEvent } from '../gateway/gateway-event';

/** What has come to pass since the start, for `GET /_local/`. */
export class Counters {
  #events = 0;
  #errors = 0;
  #databaseRequests = 0;
  readonly #byRoute = new Map<string, number>();

  add({ routeKey, error, databaseRequests }: GatewayEvent): void {
    this.#events += 1;
    this.#databaseRequests += databaseRequests;
    if (error !== undefined) this.#errors += 1;
    this.#byRoute.set(routeKey, (this.#byRoute.get(routeKey) ?? 0) + 1);
  }

  report(): object {
    return {
      events: this.#events,
      errors: this.#errors,
      databaseRequests: this.#databaseRequests,
      routes: Object.fromEntries(this.#byRoute),
    };
  }
}
