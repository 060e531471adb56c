/** What a Lambda authorizer returned, and what it means (Developer Guide, "Output from an API Gateway Lambda authorizer"). */
import { isAllowed, parsePolicy } from '../iam/policy';
import type { Invocation } from '../lambda/invocation';

/** "The result of a Lambda authorizer": 8 KB at the most (Developer Guide, "Quotas"). */
const RESULT_BYTES_MAX = 8 * 1024;

export type AuthorizerContext = Readonly<Record<string, string | number | boolean>>;

export type Ruling =
  | { readonly kind: 'allowed'; readonly context: AuthorizerContext }
  | { readonly kind: 'denied' }
  /** The Lambda's own word for "no credentials, or false ones". */
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'failed'; readonly why: string };

/** A policy counts as IAM evaluates it: one for two segments after the stage does not cover `…/prod/$connect`. */
export function rulingOf(invocation: Invocation, methodArn: string): Ruling {
  if (invocation.outcome === 'timed-out') return { kind: 'failed', why: 'Task timed out' };
  if (invocation.outcome === 'failed') {
    const { errorType, errorMessage, trace } = invocation;
    if (errorMessage === 'Unauthorized') return { kind: 'unauthorized' };
    return { kind: 'failed', why: trace || `${errorType}: ${errorMessage}` };
  }
  try {
    return evaluate(invocation.payload, methodArn);
  } catch (error) {
    return { kind: 'failed', why: `Malformed authorizer result: ${(error as Error).message}` };
  }
}

function evaluate(result: unknown, methodArn: string): Ruling {
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes > RESULT_BYTES_MAX) throw new Error(`${bytes} bytes, where ${RESULT_BYTES_MAX} are allowed`);
  const { principalId, policyDocument, context, usageIdentifierKey } = Object(result);
  if (typeof principalId !== 'string') throw new Error('it needs a principalId');
  const statements = parsePolicy(policyDocument);
  // REST APIs take it beside the context, and the CDK's words for WebSocket APIs are "in the context map".
  const key = typeof usageIdentifierKey === 'string' ? { usageIdentifierKey } : {};
  const values = { ...key, ...contextOf(context), principalId };
  const access = { action: 'execute-api:Invoke', resource: methodArn };
  return isAllowed(statements, access) ? { kind: 'allowed', context: values } : { kind: 'denied' };
}

/** Optional; flat, for "you can't set a JSON object or array as a valid value of any key". */
function contextOf(context: unknown): AuthorizerContext {
  if (context === undefined || context === null) return {};
  if (typeof context !== 'object' || Array.isArray(context)) throw new Error('its context must be an object');
  const entries = Object.entries(context);
  const wrong = entries.find(([, value]) => !['string', 'number', 'boolean'].includes(typeof value));
  if (wrong !== undefined) throw new Error(`${wrong[0]} in its context must be text, a number or a boolean`);
  return Object.fromEntries(entries);
}
