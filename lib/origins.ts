import { Lazy, Token } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Node } from 'constructs';
import { normaliseOrigin } from '../src/protocol/origin';

/** For the list, as JSON: a Lambda's environment has 4 KB for everything (Lambda Developer Guide, "Lambda quotas"). */
const LIST_BYTES_MAX = 2 * 1024;

/** The sites whose pages may connect: all, unless a list is given. */
export class AllowedOrigins {
  readonly #origins: string[] | undefined;

  /** @throws with the one that is no origin. */
  constructor(given: readonly string[] | undefined) {
    this.#origins = given && [];
    for (const origin of given ?? []) this.allow(origin);
  }

  /** Adds to the list, if there is one. The origin may be one that only the deployment knows. */
  allow(given: string): void {
    const origin = Token.isUnresolved(given) ? given : checked(given);
    if (!this.#origins || this.#origins.includes(origin)) return;
    this.#origins.push(origin);
    const bytes = JSON.stringify(this.#origins).length;
    if (bytes > LIST_BYTES_MAX) {
      throw new Error(`ChatApi: allowedOrigins takes ${bytes} bytes, where ${LIST_BYTES_MAX} fit: name fewer.`);
    }
  }

  /** Tells the Lambda of `$connect`. The list is read late: whoever uses the construct may add to it until the end. */
  tell(lambda: LambdaFunction): void {
    if (this.#origins === undefined) return;
    lambda.addEnvironment('ALLOWED_ORIGINS', Lazy.string({ produce: () => JSON.stringify(this.#origins) }));
  }
}

/**
 * Those that the CDK's context names: `-c allowedOrigins=https://a.example,https://b.example`, or a list in cdk.json. An empty
 * one allows no page at all.
 */
export function allowedOriginsOf(node: Node): readonly string[] | undefined {
  const value: unknown = node.tryGetContext('allowedOrigins');
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value.split(',').flatMap((origin) => origin.trim() || []);
  if (Array.isArray(value) && value.every((origin) => typeof origin === 'string')) return value;
  throw new Error(`The context allowedOrigins must be origins with commas between them, not ${JSON.stringify(value)}.`);
}

function checked(given: string): string {
  const origin = normaliseOrigin(given);
  if (origin !== undefined) return origin;
  throw new Error(`ChatApi: allowedOrigins: ${JSON.stringify(given)} is no origin. ${adviceOn(given)}`);
}

function adviceOn(given: string): string {
  if (given === '*') return 'To allow all, leave allowedOrigins out.';
  if (given === 'null') return 'Any site can make a frame without an origin: to allow that is to allow all.';
  if (given.includes('*')) return 'Name each host: an origin has no wildcards.';
  const meant = URL.canParse(given) ? normaliseOrigin(new URL(given).origin) : normaliseOrigin(`https://${given}`);
  return `Write scheme, host and, if it is not the usual one, port: ${JSON.stringify(meant ?? 'https://chat.example.com')}.`;
}
