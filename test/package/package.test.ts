import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LAMBDA_FILES } from '../../lib/chat-functions';
import { install, pack, run } from './consumer';

const root = join(__dirname, '../..');

/** A builds' worth of bundles and declarations on a busy machine. */
const BUILD_MS_MAX = 180_000;

/** What everybody pays who installs it. Most of it are the bundles, each with its part of the SDK. */
const TARBALL_BYTES_MAX = 4 * 1024 * 1024;

const APP = `
const app = new App();
const stack = new Stack(app, 'Theirs');
const identity = jwtIdentity({ issuer: 'https://issuer.example', audience: 'chat' });
const chat = new ChatApi(stack, 'Chat', { stageName: 'live', identity });
new ChatPage(stack, 'Page', { gatewayUrl: chat.url });
chat.functions.login.addEnvironment('EXTRA', 'theirs');
app.synth();
`;

let packed: ReturnType<typeof pack>;
let folder: string;

beforeAll(() => {
  packed = pack();
  folder = install(packed.tarball);
}, BUILD_MS_MAX);

afterAll(() => {
  rmSync(dirname(packed.tarball), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, string>>;
}

/** Writes a program into the project, runs it as the CDK's CLI would, and returns the folder with what it has synthesised. */
function synthesise(file: string, text: string, nodeOptions: readonly string[] = []): string {
  const output = join(folder, `${file}.out`);
  writeFileSync(join(folder, file), text);
  const context = JSON.stringify({ 'aws:cdk:enable-asset-metadata': true });
  const environment = { CDK_OUTDIR: output, CDK_CONTEXT_JSON: context, CDK_VALIDATION: 'false' };
  run(folder, [process.execPath, ...nodeOptions, file], environment);
  return output;
}

function resourcesIn(output: string): readonly Resource[] {
  const template = JSON.parse(readFileSync(join(output, 'Theirs.template.json'), 'utf8'));
  return Object.values(template.Resources as Readonly<Record<string, Resource>>);
}

describe('the tarball', () => {
  it('has what is built, and nothing that it is built from', () => {
    const folders = packed.files.map(({ path }) => path.replace(/^((?:client\/)?dist\/\w*).*/, '$1'));

    expect([...new Set(folders)].sort()).toEqual([
      'LICENSE',
      'README.md',
      'client/dist/rollcall',
      'dist/index',
      'dist/lambdas',
      'dist/page',
      'dist/types',
      'package.json',
    ]);
    expect(packed.files.filter(({ path }) => /\.(map|tsx?)$/.test(path) && !/\.d\.m?ts$/.test(path))).toEqual([]);
  });

  it('is of a few megabytes', () => {
    expect(packed.size).toBeLessThan(TARBALL_BYTES_MAX);
  });

  it('depends on nothing but the CDK, which its user has', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

    expect(dependencies).toBeUndefined();
    expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      '@types',
      'aws-cdk-lib',
      'constructs',
      'rollcall',
    ]);
  });
});

describe('in an empty CDK project', () => {
  it('a CommonJS program synthesises the API and the page, with the code of each Lambda', () => {
    const imports =
      "const { App, Stack } = require('aws-cdk-lib');\nconst { ChatApi, ChatPage, jwtIdentity } = require('rollcall');";
    const output = synthesise('app.cjs', `${imports}${APP}`);

    const resources = resourcesIn(output);
    const functions = resources.filter(({ Type, Metadata }) => {
      return (
        Type === 'AWS::Lambda::Function' && existsSync(join(output, String(Metadata?.['aws:asset:path']), 'index.js'))
      );
    });
    const own = functions.filter(
      ({ Properties }) => Properties.Handler === 'index.handler' && 'LoggingConfig' in Properties,
    );
    // The authorizer serves no route.
    expect(own).toHaveLength(LAMBDA_FILES.length + 1);
    for (const { Metadata } of own) {
      const code = join(output, String(Metadata?.['aws:asset:path']), 'index.js');
      expect(readFileSync(code, 'utf8')).toContain('handler');
    }
    const assets = readdirSync(output).filter((name) => name.startsWith('asset.'));
    const pages = assets.filter((name) => existsSync(join(output, name, 'index.html')));
    expect(pages).toHaveLength(1);
    expect(assets.some((name) => existsSync(join(output, name, 'assets')))).toBe(true);
  });

  it('an ES module synthesises the same', () => {
    const imports =
      "import { App, Stack } from 'aws-cdk-lib';\nimport { ChatApi, ChatPage, jwtIdentity } from 'rollcall';";

    const output = synthesise('app.mjs', `${imports}${APP}`);

    expect(resourcesIn(output)).toEqual(resourcesIn(join(folder, 'app.cjs.out')));
  });

  it('a TypeScript program synthesises the same', () => {
    const imports =
      "import { App, Stack } from 'aws-cdk-lib';\nimport { ChatApi, ChatPage, jwtIdentity } from 'rollcall';";
    const tsx = `file://${join(root, 'node_modules/tsx/dist/loader.mjs')}`;

    const output = synthesise('app.ts', `${imports}${APP}`, ['--import', tsx]);

    expect(resourcesIn(output)).toEqual(resourcesIn(join(folder, 'app.cjs.out')));
  });

  it('each bundle runs by itself', () => {
    const bundles = join(folder, 'node_modules/rollcall/dist/lambdas');
    const script = `for (const file of ${JSON.stringify(LAMBDA_FILES)}) console.log(typeof require('${bundles}/' + file).handler)`;
    const names = ['CONNECTIONS_TABLE', 'CHAT_TABLE', 'FAN_OUT_QUEUE_URL', 'AWS_REGION'];
    const seconds = [
      'LEASE_SECONDS',
      'LOGIN_GRACE_SECONDS',
      'DEVICES_MAX',
      'DIRECT_MEMBERS_MAX',
      'SWEEP_PERIOD_SECONDS',
    ];
    const environment = {
      ...Object.fromEntries(names.map((name) => [name, 'x'])),
      ...Object.fromEntries(seconds.map((name) => [name, '30'])),
      API_NAME: 'x',
      CALLBACK_URL: 'http://127.0.0.1:9/dev',
    };

    const said = run(folder, [process.execPath, '--eval', script], environment);

    expect(said.trim().split('\n')).toEqual(LAMBDA_FILES.map(() => 'function'));
  });

  it('the client is there', () => {
    const script = "import * as client from 'rollcall/client'; console.log(Object.keys(client).join())";

    const said = run(folder, [process.execPath, '--input-type=module', '--eval', script]);

    expect(said.trim()).toBe('ChatError,connect,indexedDbStorage,memoryStorage');
  });
});

describe('the declarations', () => {
  const typed = `
import { App, Stack } from 'aws-cdk-lib';
import { ChatApi, type ChatApiProps, ChatPage, type FunctionName } from 'rollcall';
import { connect } from 'rollcall/client';
const props: ChatApiProps = { throttle: { ratePerSecond: 10, burst: 5 }, reservedConcurrency: { ping: 2 } };
const chat = new ChatApi(new Stack(new App()), 'Chat', props);
const name: FunctionName = 'fan-out';
chat.functions[name].addEnvironment('A', 'b');
// @ts-expect-error there is no such function
chat.functions.pong;
// @ts-expect-error there is no such prop
new ChatApi(chat, 'Again', { stage: 'live' });
new ChatPage(chat, 'Page', { gatewayUrl: chat.url });
export const seq: Promise<number> = connect(chat.url).send({ to: 'bob' }, 'hello').stored.then((stored) => stored.seq);
`;

  it('compile in a strict project that checks libraries, too, as CommonJS and as ES modules', () => {
    const files = ['types.mts', 'types.cts'];
    for (const file of files) writeFileSync(join(folder, file), typed);
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node'];

    const said = run(folder, [process.execPath, compiler, ...strict, '--module', 'nodenext', ...files]);

    expect(said).toBe('');
  });

  // A change of it is a change for everybody who uses the package. If it is meant: npx jest test/package -u, and a line in CHANGELOG.md.
  it('are the public interface, of which each change is meant', () => {
    const types = join(folder, 'node_modules/rollcall/dist/types');
    // What goes over the wire has a document and tests of its own.
    const files = (readdirSync(types, { recursive: true }) as string[])
      .filter((name) => /^(client|lib).*\.d\.m?ts$/.test(name))
      .sort();
    const texts = files.map(
      (name) => `// ${relative('.', name)}\n${withoutComments(readFileSync(join(types, name), 'utf8'))}`,
    );

    expect(texts.join('\n')).toMatchSnapshot();
  });
});

/** What is said of it may change. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '').replace(/^\s*\n/gm, '');
}
