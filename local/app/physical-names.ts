import { createHash } from 'node:crypto';
import { type Resource, type Template, Unsupported } from './template';

/** Where the app pretends to be deployed. */
export interface Place {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  /** Where the gateway listens, as `localhost:3001`; queues have their URLs there. */
  readonly localHost?: string;
}

/** The property that names a resource, where its author did not leave that to CloudFormation. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Events::Rule': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
};

/** `Stack-LogicalId-LOCAL`: the pattern of a CloudFormation-generated name. */
export function physicalNameOf(resource: Resource, place: Place): string {
  if (resource.type === 'AWS::ApiGatewayV2::Api') return place.apiId;
  if (resource.type === 'AWS::SQS::Queue') {
    return `http://${place.localHost}/${place.accountId}/${queueNameOf(resource, place)}`;
  }
  if (/^AWS::ApiGateway::(ApiKey|UsagePlan)$/.test(resource.type))
    return gatewayId(`${place.stackName} ${resource.logicalId}`);
  const given = resource.properties[NAME_PROPERTIES[resource.type] ?? ''];
  return typeof given === 'string' ? given : `${place.stackName}-${resource.logicalId}-LOCAL`;
}

/** API Gateway names its own by ten lower-case characters. */
function gatewayId(of: string): string {
  return BigInt(`0x${createHash('sha256').update(of).digest('hex')}`)
    .toString(36)
    .slice(0, 10);
}

/** The `Ref` of a queue is its URL; this is its name. */
function queueNameOf({ logicalId, properties }: Resource, { stackName }: Place): string {
  if (typeof properties.QueueName === 'string') return properties.QueueName;
  return `${stackName}-${logicalId}-LOCAL${properties.FifoQueue === true ? '.fifo' : ''}`;
}

/** `Fn::GetAtt` of the few attributes that a Lambda's environment or an integration can need. */
export function attributeOf(template: Template, place: Place, logicalId: string, attribute: string): string {
  const resource = template.resources.get(logicalId);
  const name = resource === undefined ? '' : physicalNameOf(resource, place);
  const arn = (service: string, rest: string) => `arn:aws:${service}:${place.region}:${place.accountId}:${rest}`;
  switch (`${resource?.type}.${attribute}`) {
    case 'AWS::Lambda::Function.Arn':
      return arn('lambda', `function:${name}`);
    case 'AWS::DynamoDB::Table.Arn':
    case 'AWS::DynamoDB::GlobalTable.Arn':
      return arn('dynamodb', `table/${name}`);
    case 'AWS::Logs::LogGroup.Arn':
      return arn('logs', `log-group:${name}:*`);
    case 'AWS::IAM::Role.Arn':
      return `arn:aws:iam::${place.accountId}:role/${name}`;
    // CloudFormation knows a stream's label only once it exists; ours never tells the time.
    case 'AWS::DynamoDB::Table.StreamArn':
    case 'AWS::DynamoDB::GlobalTable.StreamArn':
      return arn('dynamodb', `table/${name}/stream/2000-01-01T00:00:00.000`);
    case 'AWS::SQS::Queue.Arn':
      return arn('sqs', resource === undefined ? '' : queueNameOf(resource, place));
    case 'AWS::SQS::Queue.QueueName':
      return resource === undefined ? '' : queueNameOf(resource, place);
    case 'AWS::SQS::Queue.QueueUrl':
      return name;
    case 'AWS::Events::Rule.Arn':
      return arn('events', `rule/${name}`);
    case 'AWS::Scheduler::Schedule.Arn':
      return arn('scheduler', `schedule/${resource?.properties.GroupName ?? 'default'}/${name}`);
    case 'AWS::ApiGateway::ApiKey.APIKeyId':
    case 'AWS::ApiGateway::UsagePlan.Id':
      return name;
    case 'AWS::ApiGatewayV2::Api.ApiId':
      return place.apiId;
    case 'AWS::ApiGatewayV2::Api.ApiEndpoint':
      return `wss://${place.apiId}.execute-api.${place.region}.amazonaws.com`;
  }
  throw new Unsupported(
    { logicalId, type: resource?.type ?? 'unknown resource' },
    `attribute ${attribute} is not known locally`,
  );
}
