import { managedPolicy } from '../iam/managed-policies';
import { parsePolicy, type Statement } from '../iam/policy';
import { ClearError, messageOf } from '../process/clear-error';
import type { Resolve } from './intrinsics';
import { attributeOf, type Place, physicalNameOf } from './physical-names';
import { asRecord, type Resource, requireKnownProperties, type Template, textOf, Unsupported } from './template';

/** What a function may do: its role's name, and all statements that the template attaches to it. */
export interface RoleDescription {
  readonly roleName: string;
  readonly statements: readonly Statement[];
}

export interface RoleSource {
  readonly template: Template;
  readonly place: Place;
  readonly resolve: Resolve;
}

/** Who may assume it and how it is labelled: nothing that a request's permission depends on. A boundary would be. */
const ROLE_PROPERTIES = [
  'AssumeRolePolicyDocument',
  'Description',
  'ManagedPolicyArns',
  'MaxSessionDuration',
  'Path',
  'Policies',
  'RoleName',
  'Tags',
];

/**
 * The role of a function: its inline policies, the policies of the template that name it, and AWS's own managed ones.
 *
 * @throws Unsupported for a role or a policy outside the template, and for what the evaluation does not know (a Condition,
 *   a boundary, an import): a grant that is not understood is not guessed.
 */
export function readRole(lambda: Resource, source: RoleSource): RoleDescription {
  const role = roleOf(lambda, source);
  requireKnownProperties(role, ROLE_PROPERTIES);
  const roleName = physicalNameOf(role, source.place);
  const inline = listOf(role.properties.Policies).flatMap((policy) => statementsOf(role, asRecord(policy), source));
  const attached = attachedTo(roleName, source).flatMap((policy) => statementsOf(policy, policy.properties, source));
  const managed = listOf(role.properties.ManagedPolicyArns).flatMap((arn) => managedStatements(role, arn, source));
  return { roleName, statements: [...inline, ...attached, ...managed] };
}

function roleOf(lambda: Resource, source: RoleSource): Resource {
  const arn = clearly(lambda, 'its Role', () => source.resolve(lambda.properties.Role));
  const role = ofTypes(source.template, ['AWS::IAM::Role']).find(({ logicalId }) => {
    return attributeOf(source.template, source.place, logicalId, 'Arn') === arn;
  });
  if (role === undefined) {
    throw new Unsupported(
      lambda,
      `its Role (${arn === undefined ? 'none' : textOf(arn)}) is not in this template, so its permissions are unknown`,
    );
  }
  return role;
}

/** A policy names its roles, not the other way round. */
function attachedTo(roleName: string, { template, resolve }: RoleSource): readonly Resource[] {
  return ofTypes(template, ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']).filter((policy) => {
    const { Roles: roles, RoleName: name } = policy.properties;
    const named = clearly(policy, 'its Roles', () => resolve([...listOf(roles), ...listOf(name)]));
    return listOf(named).includes(roleName);
  });
}

function managedStatements(role: Resource, value: unknown, source: RoleSource): readonly Statement[] {
  const arn = textOf(clearly(role, 'its ManagedPolicyArns', () => source.resolve(value)));
  // A Ref of a managed policy is its name here, where AWS gives its ARN.
  const own = ofTypes(source.template, ['AWS::IAM::ManagedPolicy']).find(
    (policy) => physicalNameOf(policy, source.place) === arn,
  );
  if (own !== undefined) return statementsOf(own, own.properties, source);
  const statements = managedPolicy(arn);
  if (statements === undefined) throw new Unsupported(role, `managed policy ${arn} is not known locally`);
  return statements;
}

function statementsOf(
  resource: Resource,
  policy: Readonly<Record<string, unknown>> | undefined,
  { resolve }: RoleSource,
): readonly Statement[] {
  const document = withoutKeys(withoutNoValue(policy?.PolicyDocument));
  return clearly(resource, 'its policy', () => parsePolicy(resolve(document)));
}

/** The CDK leaves `Ref: AWS::NoValue` in a list where a grant has nothing to add; CloudFormation drops it. */
function withoutNoValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((part) => asRecord(part)?.Ref !== 'AWS::NoValue').map(withoutNoValue);
  const record = asRecord(value);
  if (record === undefined) return value;
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, withoutNoValue(inner)]));
}

/** Nothing is encrypted here, so what a role may do with keys, and on what condition, decides nothing. */
function withoutKeys(document: unknown): unknown {
  const { Statement: statements, ...rest } = asRecord(document) ?? {};
  if (statements === undefined) return document;
  return { ...rest, Statement: listOf(statements).filter((statement) => !isAboutKeys(asRecord(statement))) };
}

function isAboutKeys(statement: Readonly<Record<string, unknown>> | undefined): boolean {
  const actions = listOf(statement?.Action);
  return actions.length > 0 && actions.every((action) => typeof action === 'string' && action.startsWith('kms:'));
}

/** Says which resource it was: an unknown ARN in a policy is found at start, not with the first request. */
function clearly<T>(resource: Resource, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unsupported) throw error;
    const reason = error instanceof ClearError ? error.message : messageOf(error);
    throw new Unsupported(resource, `${what} cannot be read: ${reason}`);
  }
}

function ofTypes(template: Template, types: readonly string[]): readonly Resource[] {
  return [...template.resources.values()].filter(({ type }) => types.includes(type));
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}
