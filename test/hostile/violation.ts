/** What must never be, and was. `property` names it: a shorter day that breaks the same one is the same failure. */
export class Violation extends Error {
  readonly property: string;

  constructor(property: string, detail: string) {
    super(`${property}: ${detail}`);
    this.name = 'Violation';
    this.property = property;
  }
}

export function hold(isHeld: boolean, property: string, detail: () => string): void {
  if (!isHeld) throw new Violation(property, detail());
}
