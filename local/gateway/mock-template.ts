/**
 * The part of mapping templates that a MOCK integration can use here: text with `$context.…`, `$stageVariables.…` and
 * `$input.body` (Developer Guide, "WebSocket API mapping template reference"). Directives and all other variables of the
 * Velocity language are refused at the start.
 */
import type { IntegrationEvent } from './events';

/** The event that a Lambda in its place would get. */
export type TemplateInput = IntegrationEvent;

const NAME = '(context|stageVariables|input)((?:\\.[A-Za-z_][A-Za-z0-9_]*)+)';
const VARIABLE = new RegExp(`\\$(?:\\{${NAME}\\}|${NAME}(?![(\\w]|\\.[A-Za-z_]))`, 'g');

/** @throws Error that quotes what is not understood. */
export function checkTemplate(template: string): void {
  const rest = template.replace(VARIABLE, (all, ...groups) => (isKnown(groups) ? '' : all));
  const [unknown] = /#.{0,20}|\$.{0,30}/.exec(rest) ?? [];
  if (unknown !== undefined) throw new Error(`a template with ${unknown} is not supported locally`);
}

/** What has no value becomes nothing, and an object its JSON. */
export function renderTemplate(template: string, { requestContext, stageVariables, body }: TemplateInput): string {
  const roots: object = { context: requestContext, stageVariables, input: { body } };
  return template.replace(VARIABLE, (_, ...groups) => {
    const { root, path } = variableOf(groups);
    return textOf([root, ...path].reduce<unknown>(own, roots));
  });
}

function isKnown(groups: readonly unknown[]): boolean {
  const { root, path } = variableOf(groups);
  return root === 'input' ? path.join('.') === 'body' : path.length > 0;
}

function variableOf([root1, path1, root2, path2]: readonly unknown[]): { root: string; path: readonly string[] } {
  return {
    root: String(root1 ?? root2),
    path: String(path1 ?? path2)
      .split('.')
      .slice(1),
  };
}

function own(value: unknown, name: string): unknown {
  return Object.hasOwn(Object(value), name) ? Reflect.get(Object(value), name) : undefined;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
