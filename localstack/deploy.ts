/**
 * `npm run deploy:localstack`: the stack on LocalStack, or on a server like it (docs/localstack.md). What else is given goes to `cdk deploy`:
 * `npm run deploy:localstack -- -c sweepPeriod=10`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { environmentFor } from './environment';
import { type Found, findServer } from './find-server';

const ROOT = join(__dirname, '..');
/** What these servers take everybody for whose access key is no number. */
const ACCOUNT = '000000000000';

const APP = 'node --import tsx localstack/app.ts';

async function main(args: readonly string[]): Promise<number> {
  const found = await findServer(process.env);
  const env = await environmentFor(found, process.env);
  process.stdout.write(`Deploying to ${found.server.name} at ${found.endpoint.origin}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'localstack-'));
  try {
    const outputs = join(folder, 'outputs.json');
    // Named, so that the app need not be asked where it wants to go.
    const bootstrapped = cdk(['bootstrap', `aws://${ACCOUNT}/${env.AWS_REGION}`], env);
    if (bootstrapped !== 0) return bootstrapped;
    const options = ['--app', APP, '--output', join(folder, 'cdk.out'), '--outputs-file', outputs];
    const deployed = cdk(['deploy', ...options, '--require-approval', 'never', ...args], env);
    if (deployed === 0) tell(found, readFileSync(outputs, 'utf8'));
    return deployed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cdk(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const program = join(dirname(require.resolve('aws-cdk/package.json')), 'bin/cdk');
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: ROOT, env, stdio: 'inherit' });
  return status ?? 1;
}

/** The template's own output names a host of AWS. */
function tell({ server, endpoint }: Found, outputs: string): void {
  const [stack] = Object.values(JSON.parse(outputs)) as readonly { readonly Url?: string }[];
  const [, apiId, stage] = /^wss:\/\/(\w+)\.execute-api\.[^/]+\/([\w-]+)$/.exec(stack?.Url ?? '') ?? [];
  if (apiId === undefined || stage === undefined) return;
  const url = server.webSocketUrl({ endpoint, apiId, stage });
  process.stdout.write(`\nClients connect to ${url}\n  npx wscat -c ${url}\n  npm run smoke -- --quick --url ${url}\n`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  },
);
