/**
 * What nobody has published about API Gateway, and this gateway therefore had to choose. Each choice has a name, so that
 * whoever knows better, or measures it on an account, can switch it.
 *
 * Next: `lenientJson`, a second attempt at a body with unquoted keys. One capture shows that AWS routes
 * `{"action":"sendMessage", body:"hello"}`; here such a body is no JSON and goes to `$default`.
 */
export interface GatewayBehaviours {
  /** Whether a client's ping postpones the idle timeout. The strict choice is that it does not. */
  readonly idleReset: 'data' | 'data+ping';
  /** What a client gets when a route with a response returns another status than 2xx. One project reports the error. */
  readonly refusedRouteResponse: 'error-frame' | 'body';
  /** Whether `$disconnect` runs for a client that left while its `$connect` ran, and was then accepted. */
  readonly leftDuringConnect: 'disconnect' | 'nothing';
  /** AWS refuses unsigned `@connections` requests with 403. Signatures are looked for here, never verified. */
  readonly unsignedCallbacks: 'refuse' | 'accept';
}

export const DEFAULT_BEHAVIOURS: GatewayBehaviours = {
  idleReset: 'data',
  refusedRouteResponse: 'error-frame',
  leftDuringConnect: 'disconnect',
  unsignedCallbacks: 'refuse',
};
