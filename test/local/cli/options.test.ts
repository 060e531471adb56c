import { describe, expect, it } from '@jest/globals';
import { parseStartOptions } from '../../../local/cli/options';
import { parseWhoOptions } from '../../../local/cli/who-options';

describe('parseStartOptions', () => {
  it('has a default for everything', () => {
    expect(parseStartOptions([])).toEqual({
      port: 3001,
      webPort: 3000,
      database: { kind: 'folder', folder: '.rollcall' },
      behaviours: {},
      quiet: false,
      json: false,
      watch: true,
      help: false,
      limits: {},
      context: {},
    });
  });

  it('takes --no-watch', () => {
    expect(parseStartOptions(['--no-watch']).watch).toBe(false);
  });

  it('takes --quiet and --json together', () => {
    expect(parseStartOptions(['--quiet', '--json'])).toMatchObject({ quiet: true, json: true });
  });

  it.each([
    ['memory', { kind: 'memory' }],
    ['some/folder', { kind: 'folder', folder: 'some/folder' }],
    ['http://localhost:8000/', { kind: 'url', url: 'http://localhost:8000' }],
  ])('reads --database %s', (text, database) => {
    expect(parseStartOptions(['--database', text]).database).toEqual(database);
  });

  it('takes --behaviour as often as one likes', () => {
    const args = ['--behaviour', 'idleReset=data+ping', '--behaviour=lenientJson=unquoted-keys'];

    expect(parseStartOptions(args).behaviours).toEqual({ idleReset: 'data+ping', lenientJson: 'unquoted-keys' });
  });

  it('gives each --app a database of its own, and no second port to take', () => {
    const options = parseStartOptions(['--app', 'one/cdk.out', '--port', '3000']);
    const other = parseStartOptions(['--app', 'other/cdk.out']);

    expect(options).toMatchObject({ app: 'one/cdk.out', port: 3000, database: { kind: 'folder' } });
    expect(options.database).toEqual(parseStartOptions(['--app', './one/cdk.out']).database);
    expect(options.database).not.toEqual(other.database);
    expect(options.database).not.toEqual(parseStartOptions([]).database);
  });

  it('leaves the database of an --app to whoever names one', () => {
    expect(parseStartOptions(['--app', 'cdk.out', '--database', 'memory']).database).toEqual({ kind: 'memory' });
  });

  it('reads the context as the CLI of the CDK does', () => {
    const { context } = parseStartOptions(['-c', 'sweepPeriod=10', '--context', 'a=b=c', '-c', 'empty=']);

    expect(context).toEqual({ sweepPeriod: '10', a: 'b=c', empty: '' });
  });

  it.each([1, 16])('takes %d environments', (environments) => {
    expect(parseStartOptions(['--environments', String(environments)])).toMatchObject({ environments });
  });

  it('reads the limits in seconds', () => {
    const { limits } = parseStartOptions(['--idle-seconds', '0.5', '--connection-seconds', '86400']);

    expect(limits).toEqual({ idleMs: 500, connectionMs: 86_400_000 });
  });

  it.each(['0', '-1', '86401', 'soon', ''])('refuses --idle-seconds "%s"', (text) => {
    expect(() => parseStartOptions([`--idle-seconds=${text}`])).toThrow(/^--idle-seconds must be a number of seconds/);
  });

  it.each(['0', '65535'])('takes port %s', (text) => {
    expect(parseStartOptions(['--port', text]).port).toBe(Number(text));
  });

  it.each(['65536', '-1', '1.5', '1e3', '', 'http'])('refuses port "%s" in one line', (text) => {
    expect(() => parseStartOptions([`--port=${text}`])).toThrow(
      `--port must be a whole number from 0 to 65535, not "${text}". See --help.`,
    );
  });

  it.each([
    [['--colour'], /^Unknown option '--colour'\..* See --help\.$/],
    [['folder'], /^Unexpected argument 'folder'\..* See --help\.$/],
    [['--port'], /^Option '--port <value>' argument missing\. See --help\.$/],
    [['--port', '3000'], /^--port and --web-port must differ$/],
    [['--behaviour', 'idle=1'], /^--behaviour knows no "idle", only name=value with: idleReset, /],
    [['--behaviour', 'idleReset=no'], /^--behaviour idleReset must be one of data, data\+ping, not "no"$/],
    [['--environments', '0'], /^--environments must be a whole number from 1 to 16, not "0"\. See --help\.$/],
    [['--environments', '17'], /^--environments must be a whole number from 1 to 16, not "17"/],
    [['-c', 'sweepPeriod'], /^--context must be NAME=VALUE, not "sweepPeriod"\. See --help\.$/],
    [['--app', 'cdk.out', '-c', 'lease=30'], /^--context comes too late for --app: give it to the cdk synth/],
    [['--app', ''], /^--app must be a cdk\.out folder/],
    [['--database', ''], /^--database must be a folder/],
    [['--database', 'ftp://x'], /^--database must be an http:\/\/ or https:\/\/ URL, not "ftp:\/\/x"/],
  ])('refuses %j in one line', (args, message) => {
    expect(() => parseStartOptions(args)).toThrow(message);
  });
});

describe('parseWhoOptions', () => {
  it.each([
    [[], { kind: 'local', port: 3001 }],
    [['--port', '4000'], { kind: 'local', port: 4000 }],
    [['--stack', 'Chat'], { kind: 'deployed', stackName: 'Chat' }],
    [['--endpoint', 'http://h:4566'], { kind: 'endpoint', url: 'http://h:4566', stackName: 'Rollcall' }],
    [['--endpoint', 'http://h:4566', '--stack', 'S'], { kind: 'endpoint', url: 'http://h:4566', stackName: 'S' }],
  ])('reads %j', (args, source) => {
    expect(parseWhoOptions(args).source).toEqual(source);
  });

  it('refuses --port beside --stack', () => {
    expect(() => parseWhoOptions(['--port', '1', '--stack', 'S'])).toThrow('--port names a local start');
  });
});
