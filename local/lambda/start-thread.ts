import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { LambdaDescription } from '../app/description';
import { environmentVariables } from './environment-variables';
import { LOG_CHARS_MAX, PAYLOAD_BYTES_MAX } from './limits';
import type { RuntimeSettings } from './runtime/messages';

export interface ThreadOptions extends Pick<RuntimeSettings, 'cell' | 'toRuntime' | 'fromRuntime'> {
  readonly accessKeyId: string;
  readonly extraEnvironment: Readonly<Record<string, string>>;
  readonly region: string;
  readonly accountId: string;
}

/** Starts Lambda's runtime with a function's code, in a thread with the function's memory size as the limit of its heap. */
export function startThread(lambda: LambdaDescription, options: ThreadOptions): Worker {
  const { functionName, memoryMb, codeDirectory, handler } = lambda;
  const { accessKeyId, region, accountId, extraEnvironment, cell, toRuntime, fromRuntime } = options;
  const log = { logGroupName: `/aws/lambda/${functionName}`, logStreamName: `local/[$LATEST]${accessKeyId}` };
  const settings: RuntimeSettings = {
    ...{ codeDirectory, handler, functionName, memoryMb, ...log, cell, toRuntime, fromRuntime },
    functionArn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
    payloadBytesMax: PAYLOAD_BYTES_MAX,
    logCharsMax: LOG_CHARS_MAX,
  };
  return new Worker(compiledRuntime(), {
    eval: true,
    // The parent's flags would load its TypeScript loader into every function. NODE_OPTIONS comes with the environment.
    execArgv: ['--enable-source-maps', '--require', join(__dirname, 'provided-sdk.cjs')],
    env: environmentVariables(lambda, extraEnvironment, { accessKeyId, region, ...log }),
    workerData: settings,
    transferList: [settings.toRuntime.port, settings.fromRuntime.port],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    stdout: true,
    stderr: true,
  });
}

let runtimeCode: string | undefined;

/** Compiled once. A dynamic import survives `cjs` when the target knows it, which ES module handlers depend on. */
function compiledRuntime(): string {
  runtimeCode ??= buildSync({
    entryPoints: [join(__dirname, 'runtime/runtime.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    supported: { 'dynamic-import': true },
  }).outputFiles[0]?.text;
  return runtimeCode ?? '';
}
