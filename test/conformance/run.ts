/** `npm run conformance`: the suite against the local gateway, or against the fixture on an account (CONFORMANCE.md). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOYMENT_VARIABLE, type Deployment } from './deployment';
import { parseRunOptions, type RunOptions, USAGE } from './run-options';
import { seenTable } from './seen-table';
import type { Seen } from './settle';

const ROOT = join(__dirname, '../..');

function main(args: readonly string[]): number {
  const options = readOptions(args);
  if (options === undefined) return 2;
  switch (options.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'local':
      return runJest(process.env);
    case 'deployed':
      return runDeployed(options.deployment);
  }
}

function readOptions(args: readonly string[]): RunOptions | undefined {
  try {
    return parseRunOptions(args);
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** A fact on which AWS and the local gateway differ is no failure: that is what the table is for. */
function runDeployed(described: Omit<Deployment, 'seenFile'>): number {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const deployment: Deployment = { ...described, seenFile: join(folder, 'seen') };
    writeFileSync(deployment.seenFile, '');
    const code = runJest({ ...process.env, [DEPLOYMENT_VARIABLE]: JSON.stringify(deployment) });
    const lines = readFileSync(deployment.seenFile, 'utf8').split('\n').filter(Boolean);
    process.stdout.write(`\n${seenTable(lines.map((line) => JSON.parse(line) as Seen))}\n`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runJest(env: NodeJS.ProcessEnv): number {
  const jest = require.resolve('jest/bin/jest');
  const { status } = spawnSync(process.execPath, [jest, '--verbose', 'test/conformance'], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });
  return status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
