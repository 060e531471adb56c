import type { AuthorizerDescription, LambdaDescription } from './description';
import { functionOfUri } from './function-uri';
import type { Resolve } from './intrinsics';
import { type Resource, requireKnownProperties, type Template, textOf, Unsupported } from './template';

/** `AuthorizerCredentialsArn` is the role that lets API Gateway call the function: here nothing keeps it from that. */
const PROPERTIES = ['ApiId', 'AuthorizerCredentialsArn', 'AuthorizerType', 'AuthorizerUri', 'IdentitySource', 'Name'];

const SOURCE = /^(route\.request\.(header|querystring)|context|stageVariables)\.[^\s]+$/;

interface Parts {
  readonly template: Template;
  readonly resolve: Resolve;
  readonly functions: ReadonlyMap<string, LambdaDescription>;
}

/**
 * The authorizer of a route, or undefined for a route that is open to all.
 *
 * @throws Unsupported for AWS_IAM, and for what API Gateway does not have either: an authorizer on another route.
 */
export function readAuthorizer(route: Resource, parts: Parts): AuthorizerDescription | undefined {
  const { AuthorizationType: type = 'NONE', AuthorizerId: id, RouteKey: routeKey } = route.properties;
  if (type === 'NONE') return undefined;
  if (type !== 'CUSTOM') throw new Unsupported(route, `AuthorizationType ${textOf(type)} is not supported locally`);
  // "AuthN/AuthZ will be performed only at connection time" (Developer Guide, "The $connect and $disconnect routes").
  if (routeKey !== '$connect') throw new Unsupported(route, 'only $connect may have an authorizer');
  const named = parts.resolve(id);
  const authorizers = [...parts.template.resources.values()].filter(
    (it) => it.type === 'AWS::ApiGatewayV2::Authorizer',
  );
  const authorizer = authorizers.find(({ logicalId }) => parts.resolve({ Ref: logicalId }) === named);
  if (authorizer === undefined) throw new Unsupported(route, 'its authorizer is not in this template');
  requireKnownProperties(authorizer, PROPERTIES);
  const { AuthorizerType: kind, AuthorizerUri: uri } = authorizer.properties;
  if (kind !== 'REQUEST') throw new Unsupported(authorizer, `AuthorizerType ${textOf(kind)} is not for WebSocket APIs`);
  return { functionId: functionOfUri(authorizer, uri, parts), identitySources: sourcesOf(authorizer, parts.resolve) };
}

function sourcesOf(authorizer: Resource, resolve: Resolve): readonly string[] {
  const sources = [resolve(authorizer.properties.IdentitySource ?? [])].flat().map(textOf);
  const unknown = sources.find((source) => !SOURCE.test(source));
  if (unknown !== undefined) throw new Unsupported(authorizer, `IdentitySource ${unknown} is not supported locally`);
  return sources;
}
