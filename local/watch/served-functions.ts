import type { LambdaDescription } from '../app/description';
import type { LambdaFunction } from '../lambda/lambda-function';

export interface ServedFunctionsOptions {
  readonly functions: Iterable<LambdaDescription>;
  readonly create: (lambda: LambdaDescription) => LambdaFunction;
}

/** The functions of a running gateway. One may be replaced: what runs in the old one ends there. */
export class ServedFunctions {
  readonly #current = new Map<string, LambdaFunction>();
  readonly #retired = new Set<LambdaFunction>();
  readonly #create: ServedFunctionsOptions['create'];

  constructor({ functions, create }: ServedFunctionsOptions) {
    this.#create = create;
    for (const lambda of functions) this.#current.set(lambda.logicalId, create(lambda));
  }

  get(logicalId: string): LambdaFunction {
    const lambda = this.#current.get(logicalId);
    if (lambda === undefined) throw new Error(`no function ${logicalId}`);
    return lambda;
  }

  /** Of each function, its execution environments by logical id. */
  environments(): Readonly<Record<string, LambdaFunction['environments']>> {
    return Object.fromEntries(Array.from(this.#current, ([id, { environments }]) => [id, environments]));
  }

  replace(lambda: LambdaDescription): void {
    const old = this.get(lambda.logicalId);
    this.#current.set(lambda.logicalId, this.#create(lambda));
    this.#retired.add(old);
    void old.retire().then(() => this.#retired.delete(old));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#current.values(), ...this.#retired].map((lambda) => lambda.close()));
  }
}
