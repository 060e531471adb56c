import { isLogged } from './log';

type Method = (...args: never[]) => unknown;

/** How often each method was called since the last time, and for how many milliseconds altogether. */
const calls = new Map<string, { count: number; ms: number }>();

/** For the level DEBUG: the requests that an invocation made, on the line that ends it. */
export function takeCalls(): { readonly calls?: object } {
  if (calls.size === 0) return {};
  const taken = Object.fromEntries(calls);
  calls.clear();
  return { calls: taken };
}

/** The same ports, whose calls are counted and timed at the level DEBUG, and nothing else than that is done at any other. */
export function timed<Ports extends Readonly<Record<string, object>>>(ports: Ports): Ports {
  if (!isLogged('DEBUG')) return ports;
  const wrapped = Object.entries(ports).map(([port, methods]) => [
    port,
    Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, timedMethod(`${port}.${name}`, method)])),
  ]);
  return Object.fromEntries(wrapped);
}

function timedMethod(name: string, method: Method): Method {
  return async (...args) => {
    const begun = performance.now();
    try {
      return await method(...args);
    } finally {
      const { count, ms } = calls.get(name) ?? { count: 0, ms: 0 };
      calls.set(name, { count: count + 1, ms: Math.round(ms + performance.now() - begun) });
    }
  };
}
