/**
 * Route selection expressions (Developer Guide, "WebSocket API routes" and its table of examples):
 * `$request.body.action`, `${request.body.service}/${request.body.action}`, static text, and `\$default`.
 */

import { DEFAULT_BEHAVIOURS, type GatewayBehaviours } from './behaviours';
import { parseLenientJson } from './lenient-json';

type Part = { readonly text: string } | { readonly path: readonly string[] };

/** The key that an expression yields for a body; a path that leads nowhere yields the empty string. */
export type SelectKey = (body: unknown) => string;

const WHOLE = /^\$request\.body(?:\.|(?=\[))(.+)$/;
const EMBEDDED = /\$\{request\.body(?:\.|(?=\[))([^}]+)\}|\\\$|[^$\\]+|[$\\]/g;
const SEGMENT = /\[(?:'([^']*)'|"([^"]*)"|(\d+))\]|[^.[\]]+/g;

/** Throws at start-up for an expression that no body could satisfy, as creating such an API would fail. */
export function compileSelection(expression: string): SelectKey {
  const parts = parse(expression);
  return (body) => parts.map((part) => ('text' in part ? part.text : stringOf(follow(body, part.path)))).join('');
}

/**
 * The route of a message: the exact key, else `$default`, else none. What is not JSON has no key. A key that starts with
 * `$` is reserved: `{"action":"$connect"}` must not reach the `$connect` integration.
 */
export function selectRoute<T>(
  routes: ReadonlyMap<string, T>,
  selectKey: SelectKey,
  text: string,
  behaviours: GatewayBehaviours = DEFAULT_BEHAVIOURS,
): T | undefined {
  const key = keyOf(selectKey, text, behaviours);
  if (RESERVED.has(key) && behaviours.reservedKeys === 'forbidden') return undefined;
  const exact = key.startsWith('$') ? undefined : routes.get(key);
  return exact ?? routes.get('$default');
}

const RESERVED: ReadonlySet<string> = new Set(['$connect', '$disconnect']);

function keyOf(selectKey: SelectKey, text: string, { lenientJson }: GatewayBehaviours): string {
  try {
    return selectKey(JSON.parse(text));
  } catch {
    return lenientJson === 'off' ? '' : lenientKeyOf(selectKey, text);
  }
}

function lenientKeyOf(selectKey: SelectKey, text: string): string {
  try {
    return selectKey(parseLenientJson(text));
  } catch {
    return '';
  }
}

function parse(expression: string): readonly Part[] {
  const whole = WHOLE.exec(expression)?.[1];
  if (whole !== undefined && !whole.includes('$')) return [{ path: segments(whole) }];
  return Array.from(expression.matchAll(EMBEDDED), ([matched, path]): Part => {
    if (path !== undefined) return { path: segments(path) };
    if (matched === '\\$') return { text: '$' };
    if (matched !== '$') return { text: matched };
    throw new Error(`The route selection expression ${expression} has a "$" that selects nothing from the body.`);
  });
}

function segments(path: string): readonly string[] {
  return Array.from(path.matchAll(SEGMENT), ([matched, single, double, index]) => single ?? double ?? index ?? matched);
}

/** Own members only: a body must not select a route by way of `__proto__` or `length`. */
function follow(body: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const isMember = Array.isArray(value) ? /^\d+$/.test(name) : Object.hasOwn(value, name);
    return isMember ? Reflect.get(value, name) : undefined;
  }, body);
}

/** Arrays look as Java prints a list, `[item1, item2]`; that is in AWS's table. Of objects nothing is known. */
function stringOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return `[${value.map(stringOf).join(', ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
