import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClearError } from '../process/clear-error';
import type { Assets } from './read-functions';
import { asRecord, textOf } from './template';

/** What a synth wrote: the one stack's template, and where its assets lie. */
export interface CloudAssembly {
  readonly stackName: string;
  readonly template: unknown;
  readonly assets: Assets;
}

/** @throws ClearError unless there is exactly one stack, synthesised without lookups in an account. */
export async function readCloudAssembly(folder: string): Promise<CloudAssembly> {
  const manifest = await readJson(folder, 'manifest.json');
  const missing = manifest.missing;
  if (Array.isArray(missing) && missing.length > 0) {
    throw new ClearError('the app looks something up in an AWS account (fromLookup): that is not supported locally');
  }
  const artifacts = Object.entries(asRecord(manifest.artifacts) ?? {}).map(([id, artifact]) => {
    const { type, properties } = asRecord(artifact) ?? {};
    return { id, type, properties: asRecord(properties) ?? {} };
  });
  const stacks = artifacts.filter(({ type }) => type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    const names = stacks.map(({ id }) => id).join(', ') || 'none';
    throw new ClearError(`the app must have exactly one stack to be served locally; it has: ${names}`);
  }
  const manifests = artifacts.filter(({ type }) => type === 'cdk:asset-manifest');
  const pathsOfAll = await Promise.all(manifests.map(({ properties }) => readPaths(folder, textOf(properties.file))));
  return {
    stackName: textOf(stack.properties.stackName ?? stack.id),
    template: await readJson(folder, textOf(stack.properties.templateFile)),
    assets: { folder, pathOf: new Map(pathsOfAll.flat()) },
  };
}

/** Each asset's object key in the bucket, with its path in `cdk.out`. */
async function readPaths(folder: string, file: string): Promise<readonly (readonly [string, string])[]> {
  const { files } = await readJson(folder, file);
  return Object.values(asRecord(files) ?? {}).flatMap((asset) => {
    const { source, destinations } = asRecord(asset) ?? {};
    const path = asRecord(source)?.path;
    if (typeof path !== 'string') return [];
    const keys = Object.values(asRecord(destinations) ?? {}).map((destination) => asRecord(destination)?.objectKey);
    return keys.filter((key) => typeof key === 'string').map((key) => [key, path] as const);
  });
}

async function readJson(folder: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return asRecord(JSON.parse(await readFile(join(folder, file), 'utf8'))) ?? {};
  } catch (error) {
    throw new ClearError(
      `there is no readable ${file} in ${folder}: is it the output of cdk synth, and does the app call app.synth()?`,
      {
        cause: error,
      },
    );
  }
}
