import type { Node } from 'constructs';

/** All that the app reads of the CDK's context. DEPLOY.md tells what each is; a test holds that it does. */
export const CONTEXT_NAMES = [
  'alarms',
  'alarmsAddress',
  'allowedOrigins',
  'audience',
  'burst',
  'certificate',
  'claim',
  'dailyBackups',
  'data',
  'devicesMax',
  'directMembersMax',
  'commandsPerSecond',
  'domain',
  'encryptionKey',
  'issuer',
  'jwksUri',
  'lease',
  'logDays',
  'logLevel',
  'loginGrace',
  'monthlyBudget',
  'page',
  'passwords',
  'presenceWindow',
  'ratePerSecond',
  'region',
  'reservedConcurrency',
  'retention',
  'stage',
  'sweepPeriod',
  'tracing',
  'zone',
] as const;

export type ContextName = (typeof CONTEXT_NAMES)[number];

/**
 * A name that is nobody's would be a setting that somebody believes to be in force. The CDK's own names, and those of its
 * plug-ins and look-ups, are not plain words.
 *
 * @throws with the name, and with all that there are.
 */
export function requireKnownContext(node: Node): void {
  const given = Object.keys(node.getAllContext());
  const unknown = given.find((name) => /^\w+$/.test(name) && !(CONTEXT_NAMES as readonly string[]).includes(name));
  if (unknown === undefined) return;
  throw new Error(`The context ${unknown} is not known. There are: ${CONTEXT_NAMES.join(', ')} (DEPLOY.md).`);
}

/** The CLI hands over text, cdk.json a number or a boolean: all of them as text. An empty one counts as none. */
export function textOf(node: Node, name: ContextName): string | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === null || value === '') return undefined;
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new Error(`The context ${name} must be text, not ${JSON.stringify(value)}.`);
}

/** @throws if it is there, and does not look as it should. */
export function matchOf(node: Node, name: ContextName, look: { readonly like: RegExp; readonly as: string }) {
  const text = textOf(node, name);
  if (text === undefined || look.like.test(text)) return text;
  throw new Error(`The context ${name} must be ${look.as}, not ${JSON.stringify(text)}.`);
}

export function choiceOf<Choice extends string>(
  node: Node,
  name: ContextName,
  choices: readonly [Choice, Choice],
): Choice | undefined {
  const text = textOf(node, name);
  const choice = choices.find((one) => one === text);
  if (text === undefined || choice !== undefined) return choice;
  throw new Error(`The context ${name} must be ${choices.join(' or ')}, not ${JSON.stringify(text)}.`);
}

export function isAskedFor(node: Node, name: ContextName): boolean {
  return choiceOf(node, name, ['true', 'false']) === 'true';
}

export function wholeNumberOf(node: Node, name: ContextName): number | undefined {
  const text = matchOf(node, name, { like: /^\d{1,9}$/, as: 'a whole number' });
  return text === undefined ? undefined : Number(text);
}
