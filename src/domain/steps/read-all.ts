import { type SettlePorts, settle } from './settle';

interface Page<Key, Found> {
  readonly found: readonly Found[];
  /** What the database did not get to. */
  readonly left: readonly Key[];
}

/** Reads some keys until none is left over; of none, nothing is asked. Refuses `busy` when the database does not get to all. */
export async function readAll<Key, Found>(
  ports: SettlePorts,
  keys: readonly Key[],
  read: (keys: readonly Key[]) => Promise<Page<Key, Found>>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  if (keys.length === 0) return found;
  let left = keys;
  await settle(ports, async () => {
    const page = await read(left);
    found.push(...page.found);
    left = page.left;
    return left.length === 0 ? 'read' : 'conflict';
  });
  return found;
}
