type Step = (...args: never[]) => Promise<unknown>;

/** Something happens right before, or right after, the next call of a port's method: the interleaving that a test is about. */
export function atNext<Port extends object>(
  port: Port,
  name: keyof Port,
  when: 'before' | 'after',
  what: () => Promise<unknown>,
) {
  const method = port[name] as unknown as Step;
  const restored = port as Record<keyof Port, Step>;
  restored[name] = async (...args) => {
    restored[name] = method;
    if (when === 'before') await what();
    const outcome = await method(...args);
    if (when === 'after') await what();
    return outcome;
  };
}
