import { describe, expect, it } from '@jest/globals';
import type { Resource } from '../../fixtures/app/chat-template';
import { chatTemplateWith, readLocally } from '../../fixtures/app/read-chat';

const STREAM = 'arn:aws:dynamodb:us-east-1:000000000000:table/Rollcall-Chat-LOCAL/stream/2000-01-01T00:00:00.000';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Rollcall-Jobs-LOCAL';

const READ_STREAM = [
  ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
] as const;
const READ_QUEUE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const;

interface Grant {
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

function role(...grants: readonly Grant[]): Resource {
  const Statement = [{ Action: 'logs:*', Resource: '*' }, ...grants].map((grant) => ({ Effect: 'Allow', ...grant }));
  return { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'P', PolicyDocument: { Statement } }] } };
}

const arnOf = (logicalId: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [logicalId, attribute] });

function mapping(EventSourceArn: unknown, properties: object = {}): Resource {
  const Properties = { FunctionName: { Ref: 'Login' }, EventSourceArn, ...properties };
  return { Type: 'AWS::Lambda::EventSourceMapping', Properties };
}

const streamMapping = (properties: object = {}) =>
  mapping(arnOf('Chat', 'StreamArn'), { StartingPosition: 'LATEST', ...properties });

function read(Role: Resource, Poll: Resource) {
  const Jobs = { Type: 'AWS::SQS::Queue', Properties: {} };
  return readLocally(chatTemplateWith({ Role, Jobs, Poll })).sources;
}

const refusal = (missing: string, arn: string) =>
  'AWS::Lambda::EventSourceMapping Poll: the role of its function (Rollcall-Role-LOCAL) does not allow ' +
  `${missing} on ${arn}`;

describe('the mapping of a stream', () => {
  it('is read when the role may do what the CDK grants: list any stream, and read this one', () => {
    const streams = [
      { Action: ['dynamodb:ListStreams'], Resource: '*' },
      { Action: READ_STREAM.slice(0, 3), Resource: arnOf('Chat', 'StreamArn') },
    ];

    expect(read(role(...streams), streamMapping())?.streams).toHaveLength(1);
  });

  it.each(READ_STREAM)('is refused at start by name without %s', (missing) => {
    const Action = READ_STREAM.filter((action) => action !== missing);

    expect(() => read(role({ Action, Resource: '*' }), streamMapping())).toThrow(refusal(missing, STREAM));
  });

  it('is refused when the grant is on the table instead of its stream', () => {
    const onTable = role({ Action: READ_STREAM, Resource: arnOf('Chat') });

    expect(() => read(onTable, streamMapping())).toThrow(refusal(READ_STREAM.join(', '), STREAM));
  });

  it('is refused when the role may not send to its failure destination', () => {
    const DestinationConfig = { OnFailure: { Destination: arnOf('Jobs') } };
    const reading = { Action: READ_STREAM, Resource: '*' };
    const sending = { Action: ['sqs:SendMessage'], Resource: arnOf('Jobs') };

    expect(() => read(role(reading), streamMapping({ DestinationConfig }))).toThrow(refusal('sqs:SendMessage', QUEUE));
    expect(read(role(reading, sending), streamMapping({ DestinationConfig }))?.streams[0]?.onFailureArn).toBe(QUEUE);
  });
});

describe('the mapping of a queue', () => {
  it('is read when the role may poll this queue', () => {
    const polling = role({ Action: READ_QUEUE, Resource: arnOf('Jobs') });

    expect(read(polling, mapping(arnOf('Jobs')))?.queueMappings).toHaveLength(1);
  });

  it.each(READ_QUEUE)('is refused at start by name without %s', (missing) => {
    const Action = READ_QUEUE.filter((action) => action !== missing);

    expect(() => read(role({ Action, Resource: '*' }), mapping(arnOf('Jobs')))).toThrow(refusal(missing, QUEUE));
  });
});
