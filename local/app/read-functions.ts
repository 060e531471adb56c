import { join } from 'node:path';
import type { LambdaDescription } from './description';
import { inlineCodeFolder } from './inline-code';
import type { Resolve } from './intrinsics';
import { type Place, physicalNameOf } from './physical-names';
import { asRecord, type Resource, requireKnownProperties, textOf, Unsupported } from './template';

/** CloudFormation's own defaults (AWS::Lambda::Function: Timeout, MemorySize). */
const TIMEOUT_S = 3;
const MEMORY_MB = 128;

/** `Layers`, `VpcConfig`, `FileSystemConfigs` and the like are missing: a function that needs them must not start. */
const KNOWN = ['Code', 'Environment', 'FunctionName', 'Handler', 'MemorySize', 'Runtime', 'Timeout'];

/** What AWS does around a function, and a laptop need not. */
const IGNORED = [
  'Architectures',
  'Description',
  'EphemeralStorage',
  'LoggingConfig',
  'RecursiveLoop',
  'ReservedConcurrentExecutions',
  'Role',
  'Tags',
  'TracingConfig',
];

/** Where the code assets lie: `cdk.out`, and the file of each asset by its object key. */
export interface Assets {
  readonly folder: string;
  readonly pathOf: ReadonlyMap<string, string>;
}

export function readFunction(
  resource: Resource,
  { place, resolve, assets }: { readonly place: Place; readonly resolve: Resolve; readonly assets: Assets },
): LambdaDescription {
  requireKnownProperties(resource, [...KNOWN, ...IGNORED]);
  const { Handler: handler, Runtime: runtime, Timeout: timeout, MemorySize: memory } = resource.properties;
  if (typeof runtime !== 'string' || !runtime.startsWith('nodejs')) {
    throw new Unsupported(resource, `runtime ${JSON.stringify(runtime)} is not supported locally, only Node.js is`);
  }
  if (typeof handler !== 'string') throw new Unsupported(resource, 'it has no Handler');
  return {
    logicalId: resource.logicalId,
    functionName: physicalNameOf(resource, place),
    codeDirectory: codeOf(resource, resolve, assets),
    handler,
    environment: environmentOf(resource, resolve),
    timeoutMs: 1000 * (typeof timeout === 'number' ? timeout : TIMEOUT_S),
    memoryMb: typeof memory === 'number' ? memory : MEMORY_MB,
  };
}

function codeOf(resource: Resource, resolve: Resolve, assets: Assets): string {
  const inline = resolve(asRecord(resource.properties.Code)?.ZipFile);
  return typeof inline === 'string'
    ? inlineCodeFolder(inline)
    : join(assets.folder, assetOf(resource, resolve, assets));
}

/** The CDK CLI has synth write each asset's path into the metadata; without it, the assets manifest knows. */
function assetOf(resource: Resource, resolve: Resolve, assets: Assets): string {
  const named = resource.metadata['aws:asset:path'];
  if (typeof named === 'string') return named;
  const key = resolve(asRecord(resource.properties.Code)?.S3Key);
  const path = typeof key === 'string' ? assets.pathOf.get(key) : undefined;
  if (path === undefined) throw new Unsupported(resource, 'its code is not an asset of this app');
  return path;
}

function environmentOf(resource: Resource, resolve: Resolve): Readonly<Record<string, string>> {
  const variables = asRecord(asRecord(resource.properties.Environment)?.Variables) ?? {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, textOf(resolve(value))]));
}
