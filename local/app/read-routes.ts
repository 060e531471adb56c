import type { LambdaDescription, RouteDescription } from './description';
import { functionOfUri } from './function-uri';
import type { Resolve } from './intrinsics';
import { readAuthorizer } from './read-authorizer';
import { readMock, responsesOf } from './read-mock';
import { type Resource, requireKnownProperties, type Template, textOf, Unsupported } from './template';

/** AWS::ApiGatewayV2::Integration, TimeoutInMillis: 29 s unless said otherwise, for WebSocket APIs. */
const INTEGRATION_TIMEOUT_MS = 29_000;

const ROUTE_PROPERTIES = ['ApiId', 'ApiKeyRequired', 'AuthorizationType', 'AuthorizerId', 'OperationName', 'RouteKey'];
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
  const { ApiKeyRequired: needsKey, RouteKey: routeKey } = resource.properties;
  requireKnownProperties(resource, [...ROUTE_PROPERTIES, 'RouteResponseSelectionExpression', 'Target']);
  const authorizer = readAuthorizer(resource, parts);
  const integration = integrationOf(resource, parts);
  return {
    routeKey: textOf(routeKey),
    ...backendOf(integration, parts),
    ...(authorizer && { authorizer }),
    ...(needsKey === true && { needsApiKey: true }),
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
  return integration;
}

function backendOf(integration: Resource, parts: Parts): Pick<RouteDescription, 'functionId' | 'mock'> {
  const { IntegrationType: type, IntegrationUri: uri } = integration.properties;
  if (type === 'MOCK') return { functionId: '', mock: readMock(integration, parts) };
  if (type !== 'AWS_PROXY') {
    const what = `integration type ${textOf(type)} is not supported locally, only AWS_PROXY and MOCK are`;
    throw new Unsupported(integration, what);
  }
  requireKnownProperties(integration, [...INTEGRATION_PROPERTIES, 'TimeoutInMillis']);
  // "For proxy integrations, API Gateway automatically passes the backend output to the caller."
  const [response] = responsesOf(integration, parts);
  if (response) throw new Unsupported(response, 'only a MOCK integration may have responses locally');
  return { functionId: functionOfUri(integration, uri, parts) };
}
