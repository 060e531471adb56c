/**
 * API keys of a WebSocket API (Developer Guide, "API key selection expressions" and "Usage plans and API keys"): who has a
 * key of a usage plan with this stage, and how much its plan allows. Routes that need none are open to everybody.
 */
import type { IncomingMessage } from 'node:http';
import type { ApiKeyDescription, AppDescription, RouteDescription } from '../app/description';
import type { AuthorizerContext } from './authorizer-result';
import type { GatewayBehaviours } from './behaviours';
import type { ConnectionFacts } from './connection-facts';
import { TokenBucket } from './token-bucket';
import { Quota } from './usage-quota';

/** Why a request may not go on, in the words of REST APIs: no key that counts, too fast, or too much in the period. */
export type Barred = 'Forbidden' | 'Too Many Requests' | 'Limit Exceeded';

export const BARRED_STATUS: Readonly<Record<Barred, number>> = {
  Forbidden: 403,
  'Too Many Requests': 429,
  'Limit Exceeded': 429,
};

interface Meter {
  readonly bucket: TokenBucket;
  readonly quota: Quota | undefined;
}

export class ApiKeys {
  readonly #keys: AppDescription['apiKeys'];
  readonly #behaviours: Pick<GatewayBehaviours, 'messageApiKey'>;
  /** By the key's id. A plan's throttle and quota are each key's own. */
  readonly #meters: ReadonlyMap<string, Meter>;

  constructor(
    { apiKeys }: Pick<AppDescription, 'apiKeys'>,
    { behaviours, now }: { readonly behaviours: Pick<GatewayBehaviours, 'messageApiKey'>; readonly now: () => number },
  ) {
    this.#keys = apiKeys;
    this.#behaviours = behaviours;
    const usable = (apiKeys?.keys ?? []).filter(({ isEnabled, plan }) => isEnabled && plan !== undefined);
    this.#meters = new Map(usable.map((key) => [key.keyId, meterOf(key, now)]));
  }

  /** The key that a handshake comes with, whether it opens anything or not: in its header, or in what the authorizer says. */
  presentedBy(
    { headers }: Pick<IncomingMessage, 'headers'>,
    authorizer: AuthorizerContext | undefined,
  ): ConnectionFacts['apiKey'] {
    const value = this.#keys?.source === 'authorizer' ? authorizer?.usageIdentifierKey : headers['x-api-key'];
    const key = this.#keys?.keys.find((one) => one.value === value);
    return key && { id: key.keyId, value: key.value };
  }

  /** Counts the request, if the route needs a key. A message has no headers: its key is the handshake's. */
  bars(route: RouteDescription | undefined, { apiKey }: ConnectionFacts): Barred | undefined {
    if (!route?.needsApiKey) return undefined;
    if (route.routeKey !== '$connect' && this.#behaviours.messageApiKey === 'none') return 'Forbidden';
    const meter = this.#meters.get(apiKey?.id ?? '');
    if (!meter) return 'Forbidden';
    if (!meter.bucket.take()) return 'Too Many Requests';
    return meter.quota?.take() === false ? 'Limit Exceeded' : undefined;
  }
}

function meterOf({ plan }: ApiKeyDescription, now: () => number): Meter {
  const { ratePerSecond = Infinity, burst = Infinity } = plan?.throttle ?? {};
  return { bucket: new TokenBucket({ ratePerSecond, burst }, now), quota: plan?.quota && new Quota(plan.quota, now) };
}
