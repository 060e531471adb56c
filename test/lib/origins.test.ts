import { describe, expect, it } from '@jest/globals';
import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ChatApi } from '../../lib/chat-api';
import { RollcallStack } from '../../lib/rollcall-stack';

const WITHOUT_CODE = { 'aws:cdk:bundling-stacks': [] };

/** Each Lambda that is told of origins, and what it is told. */
function toldIn(template: Template): [string, unknown][] {
  return Object.entries(template.findResources('AWS::Lambda::Function')).flatMap(([id, { Properties }]) => {
    const told: unknown = Properties.Environment?.Variables?.ALLOWED_ORIGINS;
    return told === undefined ? [] : [[id.replace(/[0-9A-F]{8}$/, ''), told] as [string, unknown]];
  });
}

function chatApi(allowedOrigins?: readonly string[]): { stack: Stack; api: ChatApi } {
  const stack = new Stack(new App({ context: WITHOUT_CODE }), 'Stack');
  return { stack, api: new ChatApi(stack, 'ChatApi', allowedOrigins && { allowedOrigins }) };
}

const fromProps = (allowedOrigins?: readonly string[]) => toldIn(Template.fromStack(chatApi(allowedOrigins).stack));

const fromContext = (context: object) =>
  toldIn(Template.fromStack(new RollcallStack(new App({ context: { ...WITHOUT_CODE, ...context } }), 'Rollcall')));

const CONNECT = 'ChatApiConnectFunction';

describe('allowedOrigins', () => {
  it('reach the Lambda of $connect and no other, in their normal form, each once', () => {
    const given = ['https://Chat.Example.com', 'https://chat.example.com:443', 'http://localhost:3000'];

    expect(fromProps(given)).toEqual([[CONNECT, '["https://chat.example.com","http://localhost:3000"]']]);
  });

  it('are no list where none is given, and an empty one where that is', () => {
    expect(fromProps()).toEqual([]);
    expect(fromProps([])).toEqual([[CONNECT, '[]']]);
  });

  it.each([
    ['https://a.example, https://b.example', '["https://a.example","https://b.example"]'],
    [['https://a.example'], '["https://a.example"]'],
    ['', '[]'],
  ])('may come from the context: %j', (allowedOrigins, told) => {
    expect(fromContext({ allowedOrigins })).toEqual([[CONNECT, told]]);
  });

  it.each([
    ['*', '"*" is no origin. To allow all, leave allowedOrigins out.'],
    ['null', '"null" is no origin. Any site can make a frame without an origin: to allow that is to allow all.'],
    ['https://*.a.example', '"https://*.a.example" is no origin. Name each host: an origin has no wildcards.'],
    ['https://a.example/', 'Write scheme, host and, if it is not the usual one, port: "https://a.example".'],
    [
      'https://a.example:8443/chat?x',
      'Write scheme, host and, if it is not the usual one, port: "https://a.example:8443".',
    ],
    ['a.example', 'Write scheme, host and, if it is not the usual one, port: "https://a.example".'],
    ['', 'Write scheme, host and, if it is not the usual one, port: "https://chat.example.com".'],
  ])('are checked: %j', (origin, message) => {
    expect(() => chatApi([origin])).toThrow(/^ChatApi: allowedOrigins: /);
    expect(() => chatApi([origin])).toThrow(message);
  });

  it('from the context are checked', () => {
    expect(() => fromContext({ allowedOrigins: 'a.example' })).toThrow(
      'ChatApi: allowedOrigins: "a.example" is no origin.',
    );
    expect(() => fromContext({ allowedOrigins: true })).toThrow(
      'The context allowedOrigins must be origins with commas between them, not true.',
    );
  });

  it('fit into 2,048 bytes, to the last one', () => {
    const origins = Array.from({ length: 50 }, (_, n) => `https://chat-${String(n).padStart(10, '0')}.example.com`);
    const fitting = [...origins, `https://${'x'.repeat(2_048 - JSON.stringify(origins).length - 11)}`];
    const { api } = chatApi(fitting);

    expect(JSON.stringify(fitting)).toHaveLength(2_048);
    expect(() => chatApi([...fitting.slice(0, -1), `${fitting.at(-1)}x`])).toThrow(
      'ChatApi: allowedOrigins takes 2049 bytes, where 2048 fit: name fewer.',
    );
    expect(() => api.allowOrigin('https://one.more.example')).toThrow('2048 fit');
  });
});

describe('the page’s own origin', () => {
  const onlyPage = (context: object) => fromContext({ page: 'true', ...context });
  const pageOrigin = { 'Fn::GetAtt': [expect.stringMatching(/^ChatPageDistribution/), 'DomainName'] };

  it('is added to the list by itself, although the page needs the API’s URL', () => {
    expect(onlyPage({ allowedOrigins: 'https://a.example' })).toEqual([
      [CONNECT, { 'Fn::Join': ['', ['["https://a.example","https://', pageOrigin, '"]']] }],
    ]);
    expect(onlyPage({ allowedOrigins: '' })).toEqual([
      [CONNECT, { 'Fn::Join': ['', ['["https://', pageOrigin, '"]']] }],
    ]);
  });

  it('makes no list where there is none', () => {
    expect(onlyPage({})).toEqual([]);
  });

  it('may be added by any stack, also late, and once', () => {
    const { stack, api } = chatApi([]);
    const domain = Lazy.string({ produce: () => 'late.example.com' });

    api.allowOrigin('https://A.example');
    api.allowOrigin('https://a.example');
    api.allowOrigin(`https://${domain}`);

    expect(toldIn(Template.fromStack(stack))).toEqual([[CONNECT, '["https://a.example","https://late.example.com"]']]);
  });
});
