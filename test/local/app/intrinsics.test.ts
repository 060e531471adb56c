import { describe, expect, it } from '@jest/globals';
import { createResolve } from '../../../local/app/intrinsics';
import { parseTemplate } from '../../../local/app/template';
import { chatTemplate } from '../../fixtures/app/chat-template';

const place = { stackName: 'Rollcall', region: 'us-east-1', accountId: '000000000000', apiId: 'local00000' };
const resolve = createResolve(parseTemplate(chatTemplate()), place);

describe('createResolve', () => {
  it.each([
    ['AWS::Region', 'us-east-1'],
    ['AWS::AccountId', '000000000000'],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::StackName', 'Rollcall'],
    ['Api', 'local00000'],
    ['Chat', 'Rollcall-Chat-LOCAL'],
    ['Login', 'Rollcall-Login-LOCAL'],
    ['BootstrapVersion', '/cdk-bootstrap/x/version'],
  ])('resolves a Ref to %s', (name, value) => {
    expect(resolve({ Ref: name })).toBe(value);
  });

  it('resolves Fn::GetAtt in both notations', () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:Rollcall-Login-LOCAL';

    expect(resolve({ 'Fn::GetAtt': ['Login', 'Arn'] })).toBe(arn);
    expect(resolve({ 'Fn::GetAtt': 'Login.Arn' })).toBe(arn);
  });

  it('resolves functions within functions', () => {
    const parts = { 'Fn::Split': ['/', { 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }, 'c']] }] };

    expect(resolve({ nested: [{ 'Fn::Select': ['1', parts] }] })).toEqual({ nested: ['us-east-1'] });
  });

  it('substitutes names, attributes, own variables and literals in Fn::Sub', () => {
    const text = `\${AWS::Region} \${Chat} \${Login.Arn} \${own} \${!literal}`;

    const resolved = resolve({ 'Fn::Sub': [text, { own: { Ref: 'Api' } }] });

    expect(resolved).toBe(
      `us-east-1 Rollcall-Chat-LOCAL arn:aws:lambda:us-east-1:000000000000:function:Rollcall-Login-LOCAL local00000 \${literal}`,
    );
  });

  it('leaves other values as they are', () => {
    const value = { text: 'a', number: 1, yes: true, nothing: null, list: [{}] };

    expect(resolve(value)).toEqual(value);
  });

  it.each([
    [{ 'Fn::ImportValue': 'other-stack' }, 'Fn::ImportValue is not supported locally: "other-stack"'],
    [{ 'Fn::If': ['a', 'b', 'c'] }, 'Fn::If is not supported locally: ["a","b","c"]'],
    [{ Ref: 'Nobody' }, 'Ref names neither a resource nor a parameter with a default: "Nobody"'],
    [{ 'Fn::Select': [5, ['a']] }, 'Fn::Select selects nothing: [5,["a"]]'],
    [{ 'Fn::Join': ['a'] }, 'Fn::Join is malformed: ["a"]'],
    [{ 'Fn::GetAtt': ['Chat', 'Colour'] }, 'AWS::DynamoDB::GlobalTable Chat: attribute Colour is not known locally'],
    ['{{resolve:ssm:key}}', 'dynamic reference {{resolve:ssm:key}} is not supported locally'],
  ])('refuses %j', (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});
