import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseRunOptions } from './run-options';
import { seenTable } from './seen-table';

const URL = 'wss://abcdefghij.execute-api.eu-west-1.amazonaws.com/conformance';

describe('the options of npm run conformance', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function outputs(content: object): string {
    const file = join(folder, 'outputs.json');
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  it('are all optional: then it is the local gateway', () => {
    expect(parseRunOptions([])).toEqual({ kind: 'local' });
  });

  it('take the URL of one stack, which says the region', () => {
    expect(parseRunOptions(['--url', `${URL}/`, '--slow'])).toEqual({
      kind: 'deployed',
      deployment: { urls: { core: URL }, region: 'eu-west-1', slow: true },
    });
  });

  it('take what cdk deploy wrote about the stacks', () => {
    const file = outputs({ ConformanceCore: { Url: URL }, ConformanceSelection: { Url: 'wss://h/s' }, Another: {} });

    expect(parseRunOptions(['--outputs', file, '--region', 'us-east-2'])).toEqual({
      kind: 'deployed',
      deployment: { urls: { core: URL, selection: 'wss://h/s' }, region: 'us-east-2', slow: false },
    });
  });

  it.each([
    [['--url', 'https://h/s'], /^"https:\/\/h\/s" is not the wss:\/\/host\/stage of a WebSocket API$/],
    [['--url', 'wss://h'], /is not the wss:\/\/host\/stage/],
    [['--url', 'wss://h/s'], /^the URL does not say the region: pass --region$/],
    [['--slow'], /^--slow and --region go with --url or --outputs$/],
    [['--colour'], /^Unknown option '--colour'/],
  ])('refuse %j', (args, message) => {
    expect(() => parseRunOptions(args)).toThrow(message);
  });

  it('refuse a file without the fixture’s stacks', () => {
    expect(() => parseRunOptions(['--outputs', outputs({ Rollcall: { Url: URL } })])).toThrow(
      /has no Url of Conformance/,
    );
  });
});

describe('the table of what was seen', () => {
  it('says for each fact whether AWS does as we do', () => {
    const lines = seenTable([
      { name: 'connectTimeout', seen: 504 },
      { name: 'malformedConnect', seen: 500 },
    ]).split('\n');

    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^§1\.1\.6 +connectTimeout +the status .* +504 +the same$/);
    expect(lines[2]).toMatch(/^§1\.1\.5 +malformedConnect +the status .* +502 +500$/);
  });
});
