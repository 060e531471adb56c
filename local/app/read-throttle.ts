import type { ThrottleDescription } from './description';
import { asRecord, type Resource, textOf, Unsupported } from './template';

/** A rate and a burst, under the names that this kind of resource has for them; what is absent is left to the account. */
export function readThrottle(
  resource: Resource,
  settings: unknown,
  [rateName, burstName]: readonly [string, string],
): ThrottleDescription {
  const { [rateName]: rate, [burstName]: burst } = asRecord(settings) ?? {};
  return {
    ...(rate !== undefined && { ratePerSecond: limitOf(resource, rateName, rate) }),
    ...(burst !== undefined && { burst: limitOf(resource, burstName, burst) }),
  };
}

/** CloudFormation takes numbers as text, too. */
function limitOf(resource: Resource, name: string, value: unknown): number {
  const limit = Number(textOf(value));
  if (!(limit >= 0)) throw new Unsupported(resource, `${name} ${JSON.stringify(value)} is no number`);
  return limit;
}
