import { ClearError } from '../process/clear-error';
import { attributeOf, type Place, physicalNameOf } from './physical-names';
import { asRecord, type Template, textOf } from './template';

/** A template's value with its intrinsic functions carried out, as CloudFormation would at deployment. */
export type Resolve = (value: unknown) => unknown;

type Intrinsic = (argument: unknown) => unknown;

/**
 * @returns a function that resolves any value of this template: `Ref`, `Fn::GetAtt`, `Fn::Join`, `Fn::Sub`,
 *   `Fn::Select` and `Fn::Split`, in objects and lists, at any depth. It throws a ClearError for any other function.
 */
export function createResolve(template: Template, place: Place): Resolve {
  const intrinsics: Readonly<Record<string, Intrinsic>> = {
    Ref: (name) => ref(template, place, textOf(name)),
    'Fn::GetAtt': (path) => getAtt(template, place, path),
    'Fn::Join': (argument) => join(resolve(argument)),
    'Fn::Select': (argument) => select(resolve(argument)),
    'Fn::Split': (argument) => split(resolve(argument)),
    // Resolves its variables' values, but not the text, whose placeholders are its own business.
    'Fn::Sub': (argument) => sub(template, place, argument, resolve),
  };
  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value === 'string') return requireStatic(value);
    const record = asRecord(value);
    if (record === undefined) return value;
    const [name, ...others] = Object.keys(record);
    if (name === undefined || others.length > 0 || !(name === 'Ref' || name.startsWith('Fn::'))) {
      return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, resolve(inner)]));
    }
    const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
    if (intrinsic === undefined) throw malformed(name, 'is not supported locally', record[name]);
    return intrinsic(record[name]);
  };
  return resolve;
}

/** CloudFormation fetches these from Secrets Manager or SSM while it deploys; here there is no such place. */
function requireStatic(text: string): string {
  if (text.includes('{{resolve:')) throw new ClearError(`dynamic reference ${text} is not supported locally`);
  return text;
}

function ref(template: Template, place: Place, name: string): unknown {
  const pseudo = pseudoParameter(place, name);
  if (pseudo !== undefined) return pseudo;
  if (template.parameters.has(name)) return template.parameters.get(name);
  const resource = template.resources.get(name);
  if (resource === undefined) throw malformed('Ref', 'names neither a resource nor a parameter with a default', name);
  return physicalNameOf(resource, place);
}

function pseudoParameter(place: Place, name: string): string | undefined {
  switch (name) {
    case 'AWS::Region':
      return place.region;
    case 'AWS::AccountId':
      return place.accountId;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return place.stackName;
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${place.stackName}/local`;
  }
  return undefined;
}

function getAtt(template: Template, place: Place, path: unknown): string {
  const [logicalId, ...attribute] = typeof path === 'string' ? path.split('.') : strings(path);
  if (logicalId === undefined || attribute.length === 0) throw malformed('Fn::GetAtt', 'is malformed', path);
  return attributeOf(template, place, logicalId, attribute.join('.'));
}

function join(argument: unknown): string {
  const [delimiter, parts] = pair('Fn::Join', argument);
  if (typeof delimiter !== 'string' || !Array.isArray(parts)) throw malformed('Fn::Join', 'is malformed', argument);
  return parts.map(textOf).join(delimiter);
}

function select(argument: unknown): unknown {
  const [index, list] = pair('Fn::Select', argument);
  const chosen = Array.isArray(list) ? list[Number(index)] : undefined;
  if (chosen === undefined) throw malformed('Fn::Select', 'selects nothing', argument);
  return chosen;
}

function split(argument: unknown): readonly string[] {
  const [delimiter, text] = pair('Fn::Split', argument);
  if (typeof delimiter !== 'string' || typeof text !== 'string') throw malformed('Fn::Split', 'is malformed', argument);
  return text.split(delimiter);
}

/** `${Name}`, `${Resource.Attribute}`, `${!Literal}`; with a list, the second element holds names of its own. */
function sub(template: Template, place: Place, argument: unknown, resolve: Resolve): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') throw malformed('Fn::Sub', 'is malformed', argument);
  const own = asRecord(variables) ?? {};
  return requireStatic(
    text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      if (Object.hasOwn(own, name)) return textOf(resolve(own[name]));
      return textOf(name.includes('.') ? getAtt(template, place, name) : ref(template, place, name));
    }),
  );
}

function pair(name: string, argument: unknown): readonly [unknown, unknown] {
  if (!Array.isArray(argument) || argument.length !== 2) throw malformed(name, 'is malformed', argument);
  return [argument[0], argument[1]];
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}

function malformed(name: string, what: string, argument: unknown): ClearError {
  return new ClearError(`${name} ${what}: ${JSON.stringify(argument)}`);
}
