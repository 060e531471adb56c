/**
 * The event filtering of event source mappings (AWS Lambda guide, "Control which events Lambda sends to your function"):
 * a pattern has the event's shape, and lists of rules where the event has values.
 */
export type Matches = (event: unknown) => boolean;

/** One rule of a list: what a single value must be. `undefined` stands for a field that is not there. */
type Rule = (value: unknown) => boolean;

/** A pattern that Lambda would not take, or that is not emulated. */
export class BadPattern extends Error {}

/** An event passes if any of the patterns matches, or if there are none. @throws BadPattern */
export function compileFilters(patterns: readonly unknown[]): Matches {
  const compiled = patterns.map((pattern) =>
    compileObject(fieldsOf(pattern) ?? bad('a pattern must be an object', pattern)),
  );
  return (event) => compiled.length === 0 || compiled.some((matches) => matches(event));
}

function compileObject(pattern: Readonly<Record<string, unknown>>): Matches {
  const fields = Object.entries(pattern).map(([name, inner]): Matches => {
    if (name === '$or') return compileOr(inner);
    const matches = compileNode(inner);
    return (event) => matches(fieldOf(event, name));
  });
  return (event) => fields.every((matches) => matches(event));
}

function compileOr(alternatives: unknown): Matches {
  if (!Array.isArray(alternatives)) return bad('$or needs a list of patterns', alternatives);
  return compileFilters(alternatives);
}

/** An event's list matches if any of its elements does. */
function compileNode(pattern: unknown): Matches {
  const matches = Array.isArray(pattern)
    ? compileRules(pattern)
    : compileObject(fieldsOf(pattern) ?? bad('not a list', pattern));
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

function compileRules(list: readonly unknown[]): Rule {
  if (list.length === 0) return bad('an empty list matches nothing', list);
  const rules = list.map(compileRule);
  return (value) => rules.some((rule) => rule(value));
}

function compileRule(rule: unknown): Rule {
  const fields = fieldsOf(rule);
  if (fields === undefined) return Array.isArray(rule) ? bad('a list in a list', rule) : (value) => value === rule;
  const [name = '', ...others] = Object.keys(fields);
  const argument = fields[name];
  const compile = others.length === 0 && Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  return compile ? compile(argument) : bad('not a known rule', rule);
}

const OPERATORS: Readonly<Record<string, (argument: unknown) => Rule>> = {
  prefix: (argument) => ofText(argument, (value, text) => value.startsWith(text)),
  suffix: (argument) => ofText(argument, (value, text) => value.endsWith(text)),
  'equals-ignore-case': (argument) => ofText(argument, (value, text) => value.toLowerCase() === text.toLowerCase()),
  // Only leaves exist: an object does not, whatever is in it.
  exists: (argument) => {
    if (typeof argument !== 'boolean') return bad('exists is true or false', argument);
    return (value) => (value !== undefined && fieldsOf(value) === undefined) === argument;
  },
  'anything-but': (argument) => {
    const isOneOf = compileRules(Array.isArray(argument) ? argument : [argument]);
    return (value) => value !== undefined && !isOneOf(value);
  },
  numeric: compileNumeric,
};

function ofText(argument: unknown, test: (value: string, text: string) => boolean): Rule {
  if (typeof argument !== 'string') return bad('needs a string', argument);
  return (value) => typeof value === 'string' && test(value, argument);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]`, `[">", 0, "<=", 5]`. Only numbers are compared: DynamoDB's `N` is a string in the event. */
function compileNumeric(argument: unknown): Rule {
  if (!Array.isArray(argument) || ![2, 4].includes(argument.length)) return bad('numeric needs comparisons', argument);
  const tests: Rule[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const [comparison, bound]: unknown[] = [argument[index], argument[index + 1]];
    const compare = Object.hasOwn(COMPARISONS, String(comparison)) ? COMPARISONS[String(comparison)] : undefined;
    if (!compare || typeof bound !== 'number') return bad('not a numeric comparison', argument);
    tests.push((value) => typeof value === 'number' && compare(value, bound));
  }
  return (value) => tests.every((test) => test(value));
}

function fieldOf(event: unknown, name: string): unknown {
  const fields = fieldsOf(event);
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function bad(what: string, pattern: unknown): never {
  throw new BadPattern(`${what}: ${JSON.stringify(pattern)}`);
}
