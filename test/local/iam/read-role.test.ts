import { describe, expect, it } from '@jest/globals';
import { isAllowed } from '../../../local/iam/policy';
import { chatTemplate, type Resource } from '../../fixtures/app/chat-template';
import { chatTemplateWith, readLocally } from '../../fixtures/app/read-chat';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Rollcall-Chat-LOCAL';
const TABLE_ARN = { 'Fn::GetAtt': ['Chat', 'Arn'] };

function lambdaWith(resources: Record<string, Resource>) {
  const { functions } = readLocally(chatTemplateWith(resources));
  const { statements = [] } = functions.get('Login') ?? {};
  return { may: (action: string, resource = TABLE) => isAllowed(statements, { action, resource }) };
}

const role = (properties: Record<string, unknown>): Resource => ({ Type: 'AWS::IAM::Role', Properties: properties });
const allow = (Action: string, Resource: unknown) => ({ Statement: [{ Effect: 'Allow', Action, Resource }] });
const policy = (Type: string, document: unknown, properties: Record<string, unknown>): Resource => ({
  Type,
  Properties: { PolicyDocument: document, ...properties },
});

describe('the role of a function', () => {
  it('allows nothing without a policy', () => {
    expect(lambdaWith({}).may('dynamodb:GetItem')).toBe(false);
  });

  it('allows what its inline policies do', () => {
    const Policies = [{ PolicyName: 'Inline', PolicyDocument: allow('dynamodb:GetItem', TABLE_ARN) }];
    const { may } = lambdaWith({ Role: role({ Policies }) });

    expect([may('dynamodb:GetItem'), may('dynamodb:PutItem')]).toEqual([true, false]);
  });

  it.each([
    ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }] }],
    ['AWS::IAM::ManagedPolicy', { Roles: [{ Ref: 'Role' }] }],
    ['AWS::IAM::RolePolicy', { RoleName: { Ref: 'Role' } }],
  ])('allows what an %s that names it does', (type, named) => {
    const { may } = lambdaWith({ Extra: policy(type, allow('dynamodb:GetItem', TABLE_ARN), named) });

    expect([may('dynamodb:GetItem'), may('dynamodb:GetItem', `${TABLE}2`)]).toEqual([true, false]);
  });

  it('allows what a managed policy of the template does that the role names', () => {
    const { may } = lambdaWith({
      Extra: policy('AWS::IAM::ManagedPolicy', allow('dynamodb:GetItem', TABLE_ARN), {}),
      Role: role({ ManagedPolicyArns: [{ Ref: 'Extra' }] }),
    });

    expect(may('dynamodb:GetItem')).toBe(true);
  });

  it('allows nothing of a policy that names another role', () => {
    const { may } = lambdaWith({
      Other: role({}),
      Extra: policy('AWS::IAM::Policy', allow('dynamodb:GetItem', TABLE_ARN), { Roles: [{ Ref: 'Other' }] }),
    });

    expect(may('dynamodb:GetItem')).toBe(false);
  });

  it('drops AWS::NoValue, which the CDK leaves where a table has no index', () => {
    const document = allow('dynamodb:GetItem', [TABLE_ARN, { Ref: 'AWS::NoValue' }]);
    const { may } = lambdaWith({ Extra: policy('AWS::IAM::Policy', document, { Roles: [{ Ref: 'Role' }] }) });

    expect(may('dynamodb:GetItem')).toBe(true);
  });

  it.each([
    ['AWSLambdaBasicExecutionRole', 'logs:PutLogEvents', 'dynamodb:GetRecords'],
    ['AWSLambdaDynamoDBExecutionRole', 'dynamodb:GetRecords', 'sqs:ReceiveMessage'],
    ['AWSLambdaSQSQueueExecutionRole', 'sqs:ReceiveMessage', 'dynamodb:GetRecords'],
  ])('with %s may %s, and not %s', (name, allowed, denied) => {
    const arn = ['arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/service-role/${name}`];
    const { may } = lambdaWith({ Role: role({ ManagedPolicyArns: [{ 'Fn::Join': ['', arn] }] }) });

    expect([may(allowed), may(denied)]).toEqual([true, false]);
  });
});

describe('a start is refused', () => {
  const condition = { Statement: [{ ...allow('dynamodb:GetItem', '*').Statement[0], Condition: {} }] };
  const named = { Roles: [{ Ref: 'Role' }] };

  it.each([
    [
      'for a managed policy that is not known',
      { Role: role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }) },
      'AWS::IAM::Role Role: managed policy arn:aws:iam::aws:policy/AdministratorAccess is not known locally',
    ],
    [
      'for a condition',
      { Extra: policy('AWS::IAM::Policy', condition, named) },
      'AWS::IAM::Policy Extra: its policy cannot be read: a policy statement with Condition is not supported',
    ],
    [
      'for an imported ARN',
      { Extra: policy('AWS::IAM::Policy', allow('dynamodb:GetItem', { 'Fn::ImportValue': 'Shared' }), named) },
      'AWS::IAM::Policy Extra: its policy cannot be read: Fn::ImportValue is not supported locally: "Shared"',
    ],
    [
      'for a permissions boundary',
      { Role: role({ PermissionsBoundary: 'arn:b' }) },
      'AWS::IAM::Role Role: property PermissionsBoundary is not supported locally',
    ],
  ])('%s', (_, resources: Record<string, Resource>, message) => {
    expect(() => lambdaWith(resources)).toThrow(message);
  });

  it('for a role from elsewhere', () => {
    const login = chatTemplate().Resources.Login as Resource;
    const Role = 'arn:aws:iam::123456789012:role/elsewhere';

    expect(() => lambdaWith({ Login: { ...login, Properties: { ...login.Properties, Role } } })).toThrow(
      `AWS::Lambda::Function Login: its Role (${Role}) is not in this template, so its permissions are unknown`,
    );
  });
});
