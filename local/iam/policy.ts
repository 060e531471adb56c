/** The part of IAM's policy language that roles of Lambdas and Lambda authorizers use (IAM User Guide, "Policy evaluation logic"). */

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly action: Patterns;
  readonly resource: Patterns;
}

/** `Action` or `NotAction`; `Resource` or `NotResource`. */
interface Patterns {
  readonly patterns: readonly string[];
  readonly negated: boolean;
}

export interface Access {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
}

/** Default deny; an Allow that matches allows; a Deny that matches denies whatever else does. */
export function isAllowed(statements: readonly Statement[], access: Access): boolean {
  const matching = statements.filter((statement) => matches(statement, access));
  return matching.some(({ effect }) => effect === 'Allow') && !matching.some(({ effect }) => effect === 'Deny');
}

function matches({ action, resource }: Statement, access: Access): boolean {
  // Names of actions are case-insensitive, resources are not (IAM JSON policy elements: Action, Resource).
  const lowerCase = { ...action, patterns: action.patterns.map((pattern) => pattern.toLowerCase()) };
  return covers(lowerCase, access.action.toLowerCase()) && covers(resource, access.resource);
}

function covers({ patterns, negated }: Patterns, value: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, value)) !== negated;
}

/** `*` stands for any characters, also none and also slashes and colons; `?` for exactly one. Linear in both lengths' product. */
function matchesPattern(pattern: string, value: string): boolean {
  let [atPattern, atValue, star, starValue] = [0, 0, -1, 0];
  while (atValue < value.length) {
    if (pattern[atPattern] === '*') {
      [star, starValue] = [atPattern++, atValue];
    } else if (pattern[atPattern] === '?' || pattern[atPattern] === value[atValue]) {
      atPattern++;
      atValue++;
    } else if (star >= 0) {
      atPattern = star + 1;
      atValue = ++starValue;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(atPattern));
}

/**
 * A policy document as JSON, read.
 *
 * @throws Error that says what is wrong: no statements, an unknown element, a Condition (which is not supported).
 */
export function parsePolicy(document: unknown): readonly Statement[] {
  const statements = isObject(document) ? document.Statement : undefined;
  if (!Array.isArray(statements) && !isObject(statements)) throw new Error('a policy document needs a Statement');
  return [statements].flat().map(parseStatement);
}

const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource'];

function parseStatement(statement: unknown): Statement {
  if (!isObject(statement)) throw new Error('a policy statement must be an object');
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.includes(element));
  if (unknown !== undefined) throw new Error(`a policy statement with ${unknown} is not supported`);
  const { Effect: effect } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error('a policy statement needs the Effect Allow or Deny');
  return { effect, action: patternsOf(statement, 'Action'), resource: patternsOf(statement, 'Resource') };
}

function patternsOf(statement: Readonly<Record<string, unknown>>, element: 'Action' | 'Resource'): Patterns {
  const negated = `Not${element}` in statement;
  const value = statement[negated ? `Not${element}` : element];
  const patterns = [value].flat();
  if (negated && element in statement) throw new Error(`a policy statement has ${element} or Not${element}, not both`);
  if (patterns.length === 0 || !patterns.every((pattern) => typeof pattern === 'string')) {
    throw new Error(`a policy statement needs ${element} as text or a list of texts`);
  }
  return { patterns, negated };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
