import { type AuthorizerEvent, type AuthorizerResult, allow, deny, tokenIn } from '../src/adapters/lambda/authorizer';
import { required } from '../src/adapters/lambda/environment';
import { refuse, runInvocation } from '../src/adapters/lambda/invocation';
import type { IdentitySettings } from '../src/adapters/oidc/identity-settings';
import { IssuerKeys } from '../src/adapters/oidc/issuer-keys';
import { verifyToken } from '../src/adapters/oidc/verify-token';

const settings = JSON.parse(required('IDENTITY')) as IdentitySettings;
const keys = new IssuerKeys(settings);

/** Before `$connect`: 403 for whom it does not know. It fails, with 500 and an alarm, only where nobody can be known. */
export function handler(event: AuthorizerEvent): Promise<AuthorizerResult> {
  const { connectionId, requestId } = event.requestContext;
  const brought = tokenIn(event);
  const frame = 'token' in brought ? brought.token : undefined;
  return runInvocation({ ids: { route: '$authorizer', requestId, connectionId }, frame }, async () => {
    const verdict = frame === undefined ? brought : await verifyToken(settings, keys, frame);
    if ('principal' in verdict) return { message: 'vouched', outcome: 'ok', result: allow(event, verdict.principal) };
    const outcome = 'denied' in verdict ? verdict.denied : 'no_token';
    if (outcome === 'no_token' && settings.anonymous)
      return { message: 'passed', outcome, result: allow(event, undefined) };
    refuse('denied');
    return { message: 'denied', outcome, result: deny(event) };
  });
}
