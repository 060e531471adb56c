import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Throttle } from './chat-api-props';

// ChatApiProps.throttle says why.
const RATE_PER_SECOND = 2_000;
const BURST = 1_000;

/** The throttle that somebody has named a part of. */
export function throttleFrom(ratePerSecond = RATE_PER_SECOND, burst = BURST): Throttle {
  return { ratePerSecond, burst };
}

/** What API Gateway is told. @throws for what it would not take. */
export function throttleOf({ ratePerSecond, burst }: Throttle = throttleFrom()): ThrottleSettings {
  return { rateLimit: whole('ratePerSecond', ratePerSecond), burstLimit: whole('burst', burst) };
}

/** Zero would refuse every message. */
function whole(name: keyof Throttle, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`ChatApi: throttle.${name} must be a whole number from 1, not ${value}.`);
}
