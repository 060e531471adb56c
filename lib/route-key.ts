import type * as routes from '../src/routes';

export type RouteKey = keyof typeof routes;

/** API Gateway's own routes say nothing to the client, except `$default`. */
export function repliesToClient(routeKey: RouteKey): boolean {
  return routeKey !== '$connect' && routeKey !== '$disconnect';
}

/** The file in `lambdas/` that serves a route, without its suffix: `addFriend` is in `add-friend`. */
export function lambdaFile(routeKey: RouteKey): string {
  return routeKey.replace('$', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
