import { readSources, SOURCE_TYPES } from '../sources/read-sources';
import type { AppDescription, LambdaDescription } from './description';
import { createResolve } from './intrinsics';
import type { Place } from './physical-names';
import { readApiKeys } from './read-api-keys';
import { type Assets, readFunction } from './read-functions';
import { readRole } from './read-role';
import { readRoutes } from './read-routes';
import { readStageSettings } from './read-stage-settings';
import { readTable } from './read-tables';
import { requireTopicsForAlarms } from './read-topics';
import { parseTemplate, type Resource, requireKnownProperties, type Template, textOf, Unsupported } from './template';

/** What the local gateway does itself. */
const SERVED = [
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::UsagePlanKey',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::IntegrationResponse',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::RouteResponse',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::Function',
  ...SOURCE_TYPES,
];

/**
 * Who may call the API's functions, by which other name, who watches it all and is told, and what is encrypted or copied: without
 * these, everything still answers the same.
 */
const IGNORED = [
  'AWS::ApiGateway::Account',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::Backup::BackupPlan',
  'AWS::Backup::BackupSelection',
  'AWS::Backup::BackupVault',
  'AWS::Budgets::Budget',
  'AWS::CDK::Metadata',
  'AWS::CertificateManager::Certificate',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::Route53::RecordSet',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

const API_PROPERTIES = [
  'ApiKeySelectionExpression',
  'Description',
  'IpAddressType',
  'Name',
  'ProtocolType',
  'RouteSelectionExpression',
  'Tags',
];
const STAGE_PROPERTIES = ['ApiId', 'AutoDeploy', 'Description', 'StageName', 'StageVariables', 'Tags'];
const STAGE_SETTINGS = ['DefaultRouteSettings', 'DeploymentId', 'RouteSettings'];

/** Access logs are about audit; a laptop has one user. */
const STAGE_IGNORED = ['AccessLogSettings'];

/** API Gateway's own default. */
const ROUTE_SELECTION = '$request.body.action';

/** Ten characters, as in AWS. Always the same, because the restarted gateway serves the same API. */
const API_ID = 'local00000';

export interface TemplateSource {
  readonly template: unknown;
  readonly assets: Assets;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** Where the gateway will listen, as `localhost:3001`: the API's own URLs are replaced by it in all environments. */
  readonly localHost: string;
}

/**
 * What the gateway needs to know of a synthesised template.
 *
 * @throws Unsupported, naming the resource, for anything whose absence a client could notice.
 */
export function readTemplate(source: TemplateSource): AppDescription {
  const template = parseTemplate(source.template);
  for (const resource of template.resources.values()) requireKnownType(resource);
  requireTopicsForAlarms(template);
  const place: Place = { ...source, apiId: API_ID };
  const resolve = createResolve(template, place);
  const functions = new Map(
    ofType(template, 'AWS::Lambda::Function').map((resource) => {
      const description = {
        ...readFunction(resource, { place, resolve, assets: source.assets }),
        ...readRole(resource, { template, place, resolve }),
      };
      return [resource.logicalId, withLocalUrls(description, place, source.localHost)] as const;
    }),
  );
  const stage = readStage(template);
  const tables = [...ofType(template, 'AWS::DynamoDB::Table'), ...ofType(template, 'AWS::DynamoDB::GlobalTable')];
  return {
    stackName: place.stackName,
    apiId: place.apiId,
    region: place.region,
    accountId: place.accountId,
    stage,
    ...readStageSettings(ofType(template, 'AWS::ApiGatewayV2::Stage')[0], resolve),
    routeSelectionExpression: readRouteSelection(template),
    routes: readRoutes({ template, resolve, functions }),
    ...readApiKeys({ template, resolve, place, stage }),
    functions,
    tables: tables.map((resource) => readTable(resource, place, resolve)),
    sources: readSources(template, { resolve, functions }),
  };
}

function requireKnownType(resource: Resource): void {
  if (SERVED.includes(resource.type) || IGNORED.includes(resource.type)) return;
  throw new Unsupported(resource, 'this type of resource is not supported locally');
}

function ofType(template: Template, type: string): readonly Resource[] {
  return [...template.resources.values()].filter((resource) => resource.type === type);
}

function readRouteSelection(template: Template): string {
  const [api, another] = ofType(template, 'AWS::ApiGatewayV2::Api');
  if (api === undefined) {
    throw new Unsupported({ type: 'AWS::ApiGatewayV2::Api', logicalId: '(none)' }, 'the template has no API to serve');
  }
  if (another !== undefined) throw new Unsupported(another, 'only one API can be served locally');
  if (api.properties.ProtocolType !== 'WEBSOCKET') throw new Unsupported(api, 'it is not a WebSocket API');
  requireKnownProperties(api, API_PROPERTIES);
  return textOf(api.properties.RouteSelectionExpression ?? ROUTE_SELECTION);
}

function readStage(template: Template): string {
  const [stage, another] = ofType(template, 'AWS::ApiGatewayV2::Stage');
  if (stage === undefined) {
    throw new Unsupported({ type: 'AWS::ApiGatewayV2::Stage', logicalId: '(none)' }, 'the API has no stage to serve');
  }
  if (another !== undefined) throw new Unsupported(another, 'only one stage can be served locally');
  requireKnownProperties(stage, [...STAGE_PROPERTIES, ...STAGE_SETTINGS, ...STAGE_IGNORED]);
  const { AutoDeploy: autoDeploy, DeploymentId: deployment, StageName: name } = stage.properties;
  // "You must deploy an API for changes to take effect": without either, every call gets a 403 in AWS.
  if (autoDeploy !== true && deployment === undefined) {
    throw new Unsupported(stage, 'nothing is deployed to it: set autoDeploy, or add a deployment');
  }
  return textOf(name);
}

/** `https://<api>.execute-api.<region>.<suffix>` is the laptop now, and speaks no TLS. */
function withLocalUrls(description: LambdaDescription, place: Place, localHost: string): LambdaDescription {
  const host = `${place.apiId}.execute-api.${place.region}.amazonaws.com`;
  const localise = (text: string) =>
    text
      .replaceAll(`https://${host}`, `http://${localHost}`)
      .replaceAll(`wss://${host}`, `ws://${localHost}`)
      .replaceAll(host, localHost);
  const environment = Object.entries(description.environment).map(([name, value]) => [name, localise(value)] as const);
  return { ...description, environment: Object.fromEntries(environment) };
}
