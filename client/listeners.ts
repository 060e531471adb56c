/** Who listens to what. A listener that throws is its own problem: the others are told, and the error is seen as uncaught. */
export class Listeners<Events extends object> {
  readonly #byType = new Map<keyof Events, Set<(event: never) => void>>();

  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    const listeners = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listeners);
    // A wrapper of its own, so that the same function may be added twice, and each is ended alone.
    const entry = (event: Events[Type]) => listener(event);
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  tell<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const listener of [...(this.#byType.get(type) ?? [])]) {
      try {
        (listener as (event: Events[Type]) => void)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
