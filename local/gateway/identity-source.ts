/** The identity sources of an authorizer, looked up in the event that it would get (AWS::ApiGatewayV2::Authorizer, IdentitySource). */

/**
 * The first source that the request lacks, or undefined. "All of these must be non-null, non-empty": otherwise API
 * Gateway answers 401 without asking the Lambda.
 */
export function missingSource(sources: readonly string[], event: object): string | undefined {
  return sources.find((source) => {
    const value = sourceValue(source, event);
    return value === undefined || value === null || value === '';
  });
}

const PLACES: readonly (readonly [prefix: string, member: string])[] = [
  ['route.request.header.', 'headers'],
  ['route.request.querystring.', 'queryStringParameters'],
  ['stageVariables.', 'stageVariables'],
];

function sourceValue(source: string, event: object): unknown {
  for (const [prefix, member] of PLACES) {
    if (source.startsWith(prefix)) return lookUp(Reflect.get(event, member), source.slice(prefix.length), member);
  }
  const path = source.replace(/^context\./, '').split('.');
  return path.reduce<unknown>((value, name) => own(value, name), Reflect.get(event, 'requestContext'));
}

/** Names of headers have no case; all others do. */
function lookUp(values: unknown, name: string, member: string): unknown {
  if (member !== 'headers') return own(values, name);
  const found = Object.entries(Object(values)).find(([header]) => header.toLowerCase() === name.toLowerCase());
  return found?.[1];
}

function own(value: unknown, name: string): unknown {
  return Object.hasOwn(Object(value), name) ? Reflect.get(Object(value), name) : undefined;
}
