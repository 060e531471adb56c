type Method = (...args: never[]) => unknown;

const STORES = [
  'accounts',
  'attempts',
  'connections',
  'presence',
  'friends',
  'blocks',
  'groups',
  'log',
  'inboxes',
  'fanOut',
  'sockets',
  'passwords',
] as const;

/**
 * Makes every port note the names of the methods that are called on it, in order. One method is one request, so the list
 * is the operation's round trips.
 */
export function recordCalls(ports: Readonly<Record<(typeof STORES)[number], object>>): string[] {
  const calls: string[] = [];
  for (const store of STORES) {
    const methods = ports[store] as Record<string, Method>;
    for (const [name, method] of Object.entries(methods)) {
      methods[name] = (...args) => {
        calls.push(`${store}.${name}`);
        return method(...args);
      };
    }
  }
  return calls;
}
