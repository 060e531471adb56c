import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAllowed, parsePolicy } from '../../../local/iam/policy';

const allow = (action: string | string[], resource: string | string[]) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});
const may = (statements: object | object[], action: string, resource: string) =>
  isAllowed(parsePolicy({ Version: '2012-10-17', Statement: statements }), { action, resource });

const METHOD = 'arn:aws:execute-api:us-east-1:1:api/prod/$connect';

describe('a policy', () => {
  it('denies what it does not name', () => {
    expect(may([], 'dynamodb:GetItem', 'arn:t')).toBe(false);
    expect(may(allow('dynamodb:GetItem', 'arn:t'), 'dynamodb:PutItem', 'arn:t')).toBe(false);
    expect(may(allow('dynamodb:GetItem', 'arn:t'), 'dynamodb:GetItem', 'arn:t2')).toBe(false);
  });

  it('allows what it names, actions in any case, resources in theirs', () => {
    expect(may(allow(['x:y', 'DynamoDB:getitem'], ['arn:s', 'arn:t']), 'dynamodb:GetItem', 'arn:t')).toBe(true);
    expect(may(allow('dynamodb:GetItem', 'arn:T'), 'dynamodb:GetItem', 'arn:t')).toBe(false);
  });

  it('lets a Deny win over any Allow', () => {
    const statements = [allow('*', '*'), { Effect: 'Deny', Action: 'dynamodb:Put*', Resource: '*' }];

    expect(may(statements, 'dynamodb:GetItem', 'arn:t')).toBe(true);
    expect(may(statements, 'dynamodb:PutItem', 'arn:t')).toBe(false);
  });

  it.each([
    ['arn:aws:execute-api:us-east-1:1:api/prod/*', true],
    ['arn:aws:execute-api:us-east-1:1:api/*', true],
    ['arn:aws:execute-api:us-east-1:1:api/prod/*/*', false],
    ['arn:aws:execute-api:us-east-1:1:api/pro?/$connect', true],
    ['arn:aws:execute-api:us-east-1:1:api/pr?/$connect', false],
    ['*', true],
    ['', false],
  ])('for %s covers $connect: %p', (resource, covered) => {
    expect(may(allow('execute-api:Invoke', resource), 'execute-api:Invoke', METHOD)).toBe(covered);
  });

  it('reads NotAction and NotResource as all but those', () => {
    const statement = { Effect: 'Allow', NotAction: 'dynamodb:*', NotResource: 'arn:t' };

    expect(may(statement, 'sqs:SendMessage', 'arn:q')).toBe(true);
    expect(may(statement, 'dynamodb:GetItem', 'arn:q')).toBe(false);
    expect(may(statement, 'sqs:SendMessage', 'arn:t')).toBe(false);
  });

  it.each([
    [undefined],
    [{}],
    [{ Statement: 'all' }],
    [{ Statement: [null] }],
    [{ Statement: { Effect: 'Maybe', Action: '*', Resource: '*' } }],
    [{ Statement: { Effect: 'Allow', Resource: '*' } }],
    [{ Statement: { Effect: 'Allow', Action: [], Resource: '*' } }],
    [{ Statement: { Effect: 'Allow', Action: '*', NotAction: '*', Resource: '*' } }],
    [{ Statement: { ...allow('*', '*'), Condition: {} } }],
  ])('that is %j is refused with a reason', (document) => {
    expect(() => parsePolicy(document)).toThrow(/polic/);
  });

  it('matches patterns as the equal regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (resource, value) => {
        const expression = new RegExp(`^${resource.replaceAll('*', '.*').replaceAll('?', '.')}$`);

        expect(may(allow('a', resource), 'a', value)).toBe(expression.test(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes no time for a pattern that is all stars', () => {
    expect(may(allow('a', `${'*a'.repeat(200)}b`), 'a', 'a'.repeat(5_000))).toBe(false);
  });
});
