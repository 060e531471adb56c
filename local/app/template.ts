import { ClearError } from '../process/clear-error';

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly resources: ReadonlyMap<string, Resource>;
  /** The default of each parameter that has one. */
  readonly parameters: ReadonlyMap<string, unknown>;
}

/** A template asks for something that the local gateway does not do. It says so at start, rather than behaving otherwise. */
export class Unsupported extends ClearError {
  constructor(resource: Pick<Resource, 'logicalId' | 'type'>, what: string) {
    super(`${resource.type} ${resource.logicalId}: ${what}`);
  }
}

export function parseTemplate(value: unknown): Template {
  const template = asRecord(value) ?? {};
  const resources = Object.entries(asRecord(template.Resources) ?? {}).map(([logicalId, resource]) =>
    parseResource(logicalId, asRecord(resource) ?? {}),
  );
  const parameters = Object.entries(asRecord(template.Parameters) ?? {})
    .map(([name, parameter]) => [name, asRecord(parameter)?.Default] as const)
    .filter(([, byDefault]) => byDefault !== undefined);
  return {
    resources: new Map(resources.map((resource) => [resource.logicalId, resource])),
    parameters: new Map(parameters),
  };
}

function parseResource(logicalId: string, resource: Readonly<Record<string, unknown>>): Resource {
  const type = textOf(resource.Type ?? '');
  // The CDK's own metadata resource exists in some regions only. Nothing else of ours is conditional.
  if (resource.Condition !== undefined && type !== 'AWS::CDK::Metadata') {
    throw new Unsupported({ logicalId, type }, 'conditional resources are not supported locally');
  }
  return {
    logicalId,
    type,
    properties: asRecord(resource.Properties) ?? {},
    metadata: asRecord(resource.Metadata) ?? {},
  };
}

/** A JSON object, or undefined for anything else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** @throws Unsupported if the resource has a property outside `known`: what is not understood is not ignored. */
export function requireKnownProperties(resource: Resource, known: readonly string[]): void {
  for (const name of Object.keys(resource.properties)) {
    if (!known.includes(name)) throw new Unsupported(resource, `property ${name} is not supported locally`);
  }
}

/** Anything from a template as text. Plain `String` throws for an object that has something else under `toString`. */
export function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
