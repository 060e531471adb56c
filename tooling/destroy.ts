/** `npm run destroy`: takes a stack down, and keeps its accounts and messages unless it is told to drop them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type DestroyPlan, planDestroy } from './destroy-plan';

const root = join(__dirname, '..');

/** @throws if it was not typed, or nobody is there to type. */
async function confirm(confirmation: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Error('Nobody is there to be asked: pass --force to drop the data without a question.');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`To go on, type "${confirmation}": `);
  lines.close();
  if (answer.trim() !== confirmation) throw new Error('Nothing was done.');
}

async function main({ commands, confirmation }: DestroyPlan): Promise<void> {
  if (confirmation !== undefined) await confirm(confirmation);
  const cdk = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  for (const args of commands) {
    const { status, error } = spawnSync(process.execPath, [cdk, ...args], { cwd: root, stdio: 'inherit' });
    if (error) throw error;
    if (status !== 0) throw new Error(`cdk ${args.join(' ')} failed: nothing after it was done.`);
  }
}

Promise.resolve()
  .then(() => main(planDestroy(process.argv.slice(2))))
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
