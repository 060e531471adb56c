import type { LambdaDescription, RouteDescription } from './description';
import type { Resolve } from './intrinsics';
import { type Resource, requireKnownProperties, type Template, Unsupported } from './template';

/** AWS::ApiGatewayV2::Integration, TimeoutInMillis: 29 s unless said otherwise, for WebSocket APIs. */
const INTEGRATION_TIMEOUT_MS = 29_000;

const ROUTE_PROPERTIES = ['ApiId', 'ApiKeyRequired', 'AuthorizationType', 'OperationName', 'RouteKey'];
const INTEGRATION_PROPERTIES = ['ApiId', 'Description', 'IntegrationMethod', 'IntegrationType', 'IntegrationUri'];

interface Parts {
  readonly template: Template;
  readonly resolve: Resolve;
  readonly functions: ReadonlyMap<string, LambdaDescription>;
}

/** The routes of the template's API by route key, each with the Lambda behind it. */
export function readRoutes(parts: Parts): ReadonlyMap<string, RouteDescription> {
  const resources = [...parts.template.resources.values()];
  const responding = new Set(
    resources.filter(({ type }) => type === 'AWS::ApiGatewayV2::RouteResponse').map((response) => routeOf(response)),
  );
  const routes = new Map<string, RouteDescription>();
  for (const resource of resources.filter(({ type }) => type === 'AWS::ApiGatewayV2::Route')) {
    const route = readRoute(resource, responding.has(resource.logicalId), parts);
    if (routes.has(route.routeKey)) throw new Unsupported(resource, `route key ${route.routeKey} is taken already`);
    routes.set(route.routeKey, route);
  }
  return routes;
}

/** A template names a route only by `Ref`, so the logical id can be read without resolving it. */
function routeOf(response: Resource): string {
  requireKnownProperties(response, ['ApiId', 'RouteId', 'RouteResponseKey']);
  const { RouteId: routeId } = response.properties as { readonly RouteId?: { readonly Ref?: string } };
  return routeId?.Ref ?? '';
}

function readRoute(resource: Resource, hasResponse: boolean, parts: Parts): RouteDescription {
  const { AuthorizationType: authorization, ApiKeyRequired: needsKey, RouteKey: routeKey } = resource.properties;
  if (authorization !== undefined && authorization !== 'NONE') {
    throw new Unsupported(resource, `an authorizer (${String(authorization)}) is not supported locally`);
  }
  if (needsKey === true) throw new Unsupported(resource, 'API keys are not supported locally');
  requireKnownProperties(resource, [...ROUTE_PROPERTIES, 'RouteResponseSelectionExpression', 'Target']);
  const integration = integrationOf(resource, parts);
  return {
    routeKey: String(routeKey),
    functionId: functionOf(integration, parts),
    integrationTimeoutMs: Number(integration.properties.TimeoutInMillis ?? INTEGRATION_TIMEOUT_MS),
    // API Gateway sends the answer only if the route has both a response and the expression that selects it.
    returnsResponse: hasResponse && resource.properties.RouteResponseSelectionExpression !== undefined,
  };
}

/** `integrations/<id>`; the id of an integration is its physical name, which is made of its logical id. */
function integrationOf(route: Resource, { template, resolve }: Parts): Resource {
  const target = resolve(route.properties.Target);
  const integrations = [...template.resources.values()].filter(({ type }) => type === 'AWS::ApiGatewayV2::Integration');
  const integration = integrations.find(({ logicalId }) => target === `integrations/${resolve({ Ref: logicalId })}`);
  if (integration === undefined) throw new Unsupported(route, 'its target is not an integration of this template');
  const { IntegrationType: type } = integration.properties;
  if (type !== 'AWS_PROXY') {
    throw new Unsupported(integration, `integration type ${String(type)} is not supported locally, only AWS_PROXY is`);
  }
  requireKnownProperties(integration, [...INTEGRATION_PROPERTIES, 'TimeoutInMillis']);
  return integration;
}

/** `arn:…:lambda:path/2015-03-31/functions/<arn of the function>/invocations`. */
function functionOf(integration: Resource, { resolve, functions }: Parts): string {
  const uri = String(resolve(integration.properties.IntegrationUri));
  const name = /\/functions\/arn:[^/]*:function:([^/]+)\/invocations$/.exec(uri)?.[1];
  const found = [...functions.values()].find(({ functionName }) => functionName === name);
  if (found === undefined) throw new Unsupported(integration, 'it does not lead to a function of this template');
  return found.logicalId;
}
