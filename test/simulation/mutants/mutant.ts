import type { Ports } from '../lambdas';
import type { Subject } from '../talk/subject';
import type { WorldOptions } from '../world';

/** A known-wrong design: the real operations with something else in one place. */
export interface Mutant {
  readonly name: string;
  /** What is wrong with it, and where it is found in the wild. */
  readonly what: string;
  readonly options: WorldOptions;
  /** What its days are about; presence, if not said. */
  readonly about?: Subject;
  /** The pair of handlers that meets exactly where it is wrong: few random seeds get there. */
  readonly directedBy?: string;
}

/** The port with some methods replaced. Its steps know their invocation through the prototype. */
export function override<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return Object.assign(Object.create(port), methods);
}

export function withPort<Name extends keyof Ports>(
  ports: Ports,
  name: Name,
  methods: Partial<Ports[Name] & object>,
): Ports {
  return { ...ports, [name]: override(ports[name] as object, methods) };
}
