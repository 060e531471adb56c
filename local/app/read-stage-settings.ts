import type { AppDescription, ThrottleDescription } from './description';
import type { Resolve } from './intrinsics';
import { readThrottle } from './read-throttle';
import { asRecord, type Resource, textOf } from './template';

/** What a stage adds to its events and to its routes' throttles: nothing that it does not define. */
export function readStageSettings(
  stage: Resource | undefined,
  resolve: Resolve,
): Pick<AppDescription, 'stageVariables' | 'throttling'> {
  if (stage === undefined) return {};
  const { StageVariables: variables, DefaultRouteSettings: byDefault, RouteSettings: ofRoute } = stage.properties;
  const given = Object.entries(asRecord(resolve(variables)) ?? {});
  const stageVariables = Object.fromEntries(given.map(([name, value]) => [name, textOf(value)]));
  const hasThrottles = byDefault !== undefined || ofRoute !== undefined;
  return {
    ...(given.length > 0 && { stageVariables }),
    ...(hasThrottles && { throttling: throttlingOf(stage, resolve(byDefault), resolve(ofRoute)) }),
  };
}

function throttlingOf(
  stage: Resource,
  byDefault: unknown,
  ofRoute: unknown,
): NonNullable<AppDescription['throttling']> {
  const routes = Object.entries(asRecord(ofRoute) ?? {});
  return {
    byDefault: throttleOf(stage, byDefault),
    ofRoute: new Map(routes.map(([routeKey, settings]) => [routeKey, throttleOf(stage, settings)] as const)),
  };
}

function throttleOf(stage: Resource, settings: unknown): ThrottleDescription {
  return readThrottle(stage, settings, ['ThrottlingRateLimit', 'ThrottlingBurstLimit']);
}
