import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Throttle } from './chat-api-props';

/** What API Gateway is told. @throws for what it would not take. */
export function throttleOf(
  { ratePerSecond, burst }: Throttle = { ratePerSecond: 2_000, burst: 1_000 },
): ThrottleSettings {
  return { rateLimit: whole('ratePerSecond', ratePerSecond), burstLimit: whole('burst', burst) };
}

/** Zero would refuse every message. */
function whole(name: keyof Throttle, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`ChatApi: throttle.${name} must be a whole number from 1, not ${value}.`);
}
