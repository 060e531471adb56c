import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTemplate } from '../../../local/app/read-template';
import { ClearError } from '../../../local/process/clear-error';
import { chatTemplate } from '../../fixtures/app/chat-template';

/** What a template comes to: an app, or a sentence. Anything else that is thrown fails the property. */
function outcomeOf(value: unknown): 'app' | 'refused' {
  // As it is read from a file: fast-check's own objects need not have a prototype.
  const template: unknown = JSON.parse(JSON.stringify(value));
  try {
    const app = readTemplate({
      template,
      assets: { folder: '/cdk.out', pathOf: new Map([['abc.zip', 'asset.abc']]) },
      ...{ stackName: 'Rollcall', region: 'us-east-1', accountId: '000000000000', localHost: 'localhost:3001' },
    });
    for (const { functionId } of app.routes.values()) expect(app.functions.has(functionId)).toBe(true);
    return 'app';
  } catch (error) {
    if (!(error instanceof ClearError)) throw error;
    expect(error.message).toMatch(/\S/);
    expect(error.message).not.toContain('\n');
    return 'refused';
  }
}

type Path = readonly (string | number)[];

/** Each place in a JSON value: the value itself, its members, their members, … */
function pathsOf(value: unknown, path: Path = []): Path[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: object = Array.isArray(value) ? [...value] : { ...Object(value) };
  Reflect.set(copy, key, replaced(Reflect.get(copy, key), rest, by));
  return copy;
}

const names = ['Api', 'Chat', 'Connect', 'Login', 'Stage', 'nowhere', '__proto__', 'constructor', 'AWS::Region'];
const name = fc.constantFrom(...names);

/** What a generator of templates may have meant: intrinsic functions, well-formed or not, around anything. */
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    name,
    fc.jsonValue({ maxDepth: 2 }),
    tie('intrinsic'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  intrinsic: fc.oneof(
    fc.record({ Ref: fc.oneof(name, tie('value')) }),
    fc.record({ 'Fn::GetAtt': fc.oneof(fc.tuple(name, fc.constantFrom('Arn', 'Other')), tie('value')) }),
    fc.record({ 'Fn::Join': fc.oneof(fc.tuple(fc.string(), fc.array(tie('value'), { maxLength: 3 })), tie('value')) }),
    fc.record({ 'Fn::Select': fc.oneof(fc.tuple(fc.integer(), tie('value')), tie('value')) }),
    fc.record({ 'Fn::Split': fc.oneof(fc.tuple(fc.string(), tie('value')), tie('value')) }),
    fc.record({
      'Fn::Sub': fc.oneof(
        name.map((text) => `\${${text}}`),
        fc.tuple(fc.string(), tie('value')),
        tie('value'),
      ),
    }),
    fc.record({ 'Fn::If': tie('value') }),
  ),
}));

describe('any template', () => {
  it('with anything in place of any part of a good one is served, or refused in one line', () => {
    const good = chatTemplate();
    const seen = { app: 0, refused: 0 };

    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(good)), anything, (path, value) => {
        seen[outcomeOf(replaced(good, path, value))] += 1;
      }),
      { numRuns: 3_000 },
    );

    // Both happen, or the property says little.
    expect(Math.min(seen.app, seen.refused)).toBeGreaterThan(50);
  });

  it('made of nothing but JSON is refused in one line', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(outcomeOf(value)).toBe('refused')));
  });

  it('with resources of known types and any properties is served, or refused in one line', () => {
    const types = [...new Set(Object.values(chatTemplate().Resources).map(({ Type }) => Type))];
    const resource = fc.record({
      Type: fc.constantFrom(...types),
      Properties: fc.dictionary(
        fc.constantFrom('ApiId', 'Target', 'RouteKey', 'StageName', 'Code', 'KeySchema'),
        anything,
      ),
    });

    fc.assert(
      fc.property(fc.dictionary(name, resource), (extra) => {
        const good = chatTemplate();
        outcomeOf({ ...good, Resources: { ...good.Resources, ...extra } });
      }),
      { numRuns: 1_000 },
    );
  });
});
