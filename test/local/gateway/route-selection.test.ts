// biome-ignore-all lint/suspicious/noTemplateCurlyInString: route selection expressions look like this.
import { describe, expect, it } from '@jest/globals';
import { compileSelection, selectRoute } from '../../../local/gateway/route-selection';

const BODY = {
  service: 'chat',
  action: 'join',
  data: { room: 'room1234', list: ['item1', 'item2'], deep: [{ x: 7 }] },
  flag: true,
  nothing: null,
  'with space': 'spaced',
};

describe('a route selection expression', () => {
  it.each([
    // The table of the Developer Guide.
    ['$request.body.action', 'join'],
    ['${request.body.action}', 'join'],
    ['${request.body.service}/${request.body.action}', 'chat/join'],
    ['${request.body.action}-${request.body.invalidPath}', 'join-'],
    ['action', 'action'],
    ['\\$default', '$default'],
    ['$request.body.data.list', '[item1, item2]'],
    // Beyond it.
    ['$request.body.data.room', 'room1234'],
    ['$request.body.data.deep[0].x', '7'],
    ["${request.body['with space']}", 'spaced'],
    ['$request.body.flag', 'true'],
    ['$request.body.nothing', ''],
    ['$request.body.toString', ''],
    ['$request.body.__proto__', ''],
    ['$request.body.data.list.length', ''],
    ['$request.body.action.length', ''],
  ])('%s yields "%s"', (expression, key) => {
    expect(compileSelection(expression)(BODY)).toBe(key);
  });

  it.each(['$request.header.action', '${context.routeKey}', '$', 'a$b'])('%s is refused', (expression) => {
    expect(() => compileSelection(expression)).toThrow('selects nothing');
  });
});

describe('the route of a message', () => {
  const selectKey = compileSelection('$request.body.action');
  const routes = new Map([
    ['join', 'join'],
    ['$connect', '$connect'],
    ['$default', '$default'],
  ]);

  it.each([
    ['{"action":"join"}', 'join'],
    ['{"action":"Join"}', '$default'],
    ['{"action":"$connect"}', '$default'],
    ['{"action":"$default"}', '$default'],
    ['{"action":["join"]}', '$default'],
    ['{}', '$default'],
    ['null', '$default'],
    ['"join"', '$default'],
    ['{action:"join"}', '$default'],
    ['', '$default'],
  ])('%s is %s', (text, routeKey) => {
    expect(selectRoute(routes, selectKey, text)).toBe(routeKey);
  });

  it('is none without $default', () => {
    expect(selectRoute(new Map([['join', 1]]), selectKey, '{"action":"leave"}')).toBeUndefined();
  });

  it('is $default for a key that is nested too deeply to print', () => {
    const depth = 50_000;
    const text = `{"action":${'['.repeat(depth)}${']'.repeat(depth)}}`;

    expect(selectRoute(routes, selectKey, text)).toBe('$default');
  });
});
