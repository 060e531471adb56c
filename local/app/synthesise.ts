import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ClearError } from '../process/clear-error';
import { asRecord } from './template';

/** A cold machine needs 20 s for a large app; whatever takes ten times as long waits for something. */
const SYNTH_MS_MAX = 200_000;

/** Enough for a stack trace and the compiler's errors. */
const WORDS_MAX = 16_000;

export interface SynthOptions {
  /** Where cdk.json is. */
  readonly root: string;
  /** Where the cloud assembly goes. Whatever is in it is removed. */
  readonly output: string;
  readonly region: string;
  readonly accountId: string;
  /** Beyond that of cdk.json, which it goes before. */
  readonly context?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Runs the `app` command of cdk.json as the CDK CLI does (aws-cdk, lib/api/cxapp/exec): in a shell, with the output
 * folder and the context in the environment.
 *
 * @throws ClearError with the app's own words if it fails.
 */
export async function synthesise(options: SynthOptions): Promise<void> {
  const { app, context } = await readCdkJson(options.root);
  await rm(options.output, { recursive: true, force: true });
  await mkdir(options.output, { recursive: true });
  const child = spawn(app, {
    cwd: options.root,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: an interrupted synth ends with its shell, its Node and its bundlers.
    detached: process.platform !== 'win32',
    env: { ...process.env, ...environmentOf(options, context) },
  });
  const { code, words } = await outcomeOf(child, options.signal);
  options.signal.throwIfAborted();
  if (code !== 0) {
    const reason = code === undefined ? `was not done after ${SYNTH_MS_MAX / 1000} s` : `failed with exit code ${code}`;
    throw new ClearError(`synthesising the app (${app}) ${reason}`, { details: words });
  }
}

async function readCdkJson(root: string): Promise<{ app: string; context: Readonly<Record<string, unknown>> }> {
  let cdk: Readonly<Record<string, unknown>> | undefined;
  try {
    cdk = asRecord(JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')));
  } catch (error) {
    throw new ClearError(`cannot read cdk.json in ${root}: run this in the project's folder`, { cause: error });
  }
  const app = cdk?.app;
  if (typeof app !== 'string') throw new ClearError('cdk.json has no "app" command');
  return { app, context: asRecord(cdk?.context) ?? {} };
}

function environmentOf(options: SynthOptions, context: Readonly<Record<string, unknown>>): Record<string, string> {
  return {
    CDK_OUTDIR: options.output,
    CDK_DEFAULT_REGION: options.region,
    CDK_DEFAULT_ACCOUNT: options.accountId,
    // The CDK's check of a template against its rules changes nothing in it, and takes two thirds of a synth. Whoever deploys
    // has it: `cdk synth` and `cdk deploy` run it.
    CDK_VALIDATION: 'false',
    CDK_CONTEXT_JSON: JSON.stringify({
      ...context,
      ...options.context,
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
    }),
  };
}

function outcomeOf(child: ChildProcess, signal: AbortSignal): Promise<{ code?: number; words: string }> {
  return new Promise((resolve, reject) => {
    let words = '';
    let late = false;
    const collect = (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-WORDS_MAX);
    };
    const abort = () => killGroup(child);
    const timer = setTimeout(() => {
      late = true;
      abort();
    }, SYNTH_MS_MAX);
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    signal.addEventListener('abort', abort, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve({ words: words.trim(), ...(!late && { code: code ?? 1 }) });
    });
    if (signal.aborted) abort();
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}
