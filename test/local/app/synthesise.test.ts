import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { synthesise } from '../../../local/app/synthesise';
import { ClearError } from '../../../local/process/clear-error';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'synthesise-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function run(
  program: string,
  signal = new AbortController().signal,
  more?: Record<string, string>,
): Promise<void> {
  await writeFile(join(root, 'app.js'), program);
  const context = { colour: 'blue', size: 1 };
  await writeFile(join(root, 'cdk.json'), JSON.stringify({ app: `"${process.execPath}" app.js`, context }));
  await synthesise({
    root,
    output: join(root, 'out'),
    region: 'us-east-1',
    accountId: '000000000000',
    signal,
    ...(more && { context: more }),
  });
}

describe('synthesise', () => {
  it('gives the app its output folder, its place and its context', async () => {
    await run(`
      const { CDK_OUTDIR, CDK_DEFAULT_REGION, CDK_DEFAULT_ACCOUNT, CDK_CONTEXT_JSON } = process.env;
      const { colour } = JSON.parse(CDK_CONTEXT_JSON);
      require('fs').writeFileSync(CDK_OUTDIR + '/seen.json', JSON.stringify([CDK_DEFAULT_REGION, CDK_DEFAULT_ACCOUNT, colour]));
    `);

    const seen = await readFile(join(root, 'out', 'seen.json'), 'utf8');

    expect(JSON.parse(seen)).toEqual(['us-east-1', '000000000000', 'blue']);
  });

  it('lets further context go before that of cdk.json', async () => {
    const program = "require('fs').writeFileSync(process.env.CDK_OUTDIR + '/seen.json', process.env.CDK_CONTEXT_JSON)";
    await run(program, undefined, { colour: 'green' });

    const seen = await readFile(join(root, 'out', 'seen.json'), 'utf8');

    expect(JSON.parse(seen)).toMatchObject({ colour: 'green', size: 1 });
  });

  it('passes on the words of an app that fails', async () => {
    const failure = await run('console.error("no such construct"); process.exit(3)').catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ClearError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^synthesising the app \(.*\) failed with exit code 3$/),
      details: 'no such construct',
    });
  });

  it('ends an app that nobody waits for any more', async () => {
    const stop = new AbortController();
    const running = run('process.stdout.write("on"); setInterval(() => {}, 1000)', stop.signal);

    stop.abort(new Error('enough'));

    await expect(running).rejects.toThrow('enough');
  });

  it('says where there is no cdk.json', async () => {
    const options = { output: join(root, 'out'), region: 'r', accountId: 'a', signal: new AbortController().signal };

    await expect(synthesise({ root, ...options })).rejects.toThrow(/^cannot read cdk\.json in /);
  });
});
