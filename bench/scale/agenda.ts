const NOBODY = -1;

/** Who acts at which step. Each client has one thing that it does next, so a list for each step, through one array, is all. */
export class Agenda {
  readonly #steps: number;
  /** The first client of each step, and who comes after whom. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor({ clients, steps }: { readonly clients: number; readonly steps: number }) {
    this.#steps = steps;
    this.#first = new Int32Array(steps).fill(NOBODY);
    this.#next = new Int32Array(clients).fill(NOBODY);
  }

  /** A client that has nothing planned; what is due when it is all over is not noted. */
  plan(client: number, step: number): void {
    if (step >= this.#steps) return;
    this.#next[client] = this.#first[step] ?? NOBODY;
    this.#first[step] = client;
  }

  /** All of this step, each of whom may be planned anew for a later one. */
  play(step: number, act: (client: number) => void): void {
    let client = this.#first[step] ?? NOBODY;
    while (client !== NOBODY) {
      const next = this.#next[client] ?? NOBODY;
      act(client);
      client = next;
    }
  }
}
