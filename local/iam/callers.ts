import type { LambdaDescription } from '../app/description';
import { type Access, isAllowed, parsePolicy, type Statement } from './policy';

/** An execution environment, as far as anybody else needs to know it. */
export interface Environment {
  readonly accessKeyId: string;
  close(): Promise<void>;
}

/** Told of each execution environment of a function that starts and ends. */
export interface EnvironmentWatch {
  started(environment: Environment): void;
  ended(environment: Environment): void;
}

interface Caller {
  readonly lambda: LambdaDescription;
  readonly environment: Environment;
}

/** A request of an environment that has ended may still be on its way; after this many later ones it is not. */
const ENDED_MAX = 1_000;

const EVERYTHING = parsePolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });

/**
 * Whose access key is whose. Each execution environment signs with a key of its own; any other key is a person's, with
 * the SDK or awscurl on this machine, and may do everything.
 */
export class Callers {
  readonly #accountId: string;
  readonly #callers = new Map<string, Caller>();
  readonly #ended: string[] = [];

  constructor({ accountId }: { readonly accountId: string }) {
    this.#accountId = accountId;
  }

  watch(lambda: LambdaDescription): EnvironmentWatch {
    return {
      started: (environment) => this.#callers.set(environment.accessKeyId, { lambda, environment }),
      ended: ({ accessKeyId }) => {
        this.#ended.push(accessKeyId);
        if (this.#ended.length > ENDED_MAX) this.#callers.delete(this.#ended.shift() ?? '');
      },
    };
  }

  environmentOf(accessKeyId: string): Environment | undefined {
    return this.#callers.get(accessKeyId)?.environment;
  }

  /**
   * What AWS says to the first of these that the caller's role does not allow; undefined if it allows them all. The words
   * are those of IAM's access denied messages (IAM User Guide, "Troubleshoot access denied error messages").
   */
  denial(accessKeyId: string, accesses: readonly Access[]): string | undefined {
    const caller = this.#callers.get(accessKeyId);
    const statements = caller?.lambda.statements;
    if (caller === undefined || statements === undefined) return undefined;
    const denied = accesses.find((access) => !isAllowed(statements, access));
    return denied && this.#words(caller.lambda, statements, denied);
  }

  #words({ roleName, functionName }: LambdaDescription, statements: readonly Statement[], access: Access): string {
    const user = `arn:aws:sts::${this.#accountId}:assumed-role/${roleName}/${functionName}`;
    const isExplicit = !isAllowed([...EVERYTHING, ...statements], access);
    const why = isExplicit
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${access.action} action`;
    return `User: ${user} is not authorized to perform: ${access.action} on resource: ${access.resource} ${why}`;
  }
}

/** The access key that a request is signed with (Signature Version 4), in its header or its query. */
export function accessKeyIdOf({
  authorization,
  url = '',
}: {
  authorization?: string | undefined;
  url?: string;
}): string {
  const inHeader = /Credential=([^/,\s]+)/.exec(authorization ?? '')?.[1];
  return inHeader ?? /[?&]X-Amz-Credential=([^/%&]+)/.exec(url)?.[1] ?? '';
}
