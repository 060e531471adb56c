interface Read {
  readonly conversation: string;
  readonly seq: number;
}

/** How far whose reading was, at least and at most: what the server said yes to, and all that it may have heard. */
export class Reads {
  readonly #granted = new Map<string, number>();
  readonly #asked = new Map<string, number>();

  asked(user: string, read: Read): void {
    raise(this.#asked, user, read);
  }

  granted(user: string, read: Read): void {
    raise(this.#granted, user, read);
  }

  bounds(user: string, conversation: string): { readonly min: number; readonly max: number } {
    const key = `${user} ${conversation}`;
    return { min: this.#granted.get(key) ?? 0, max: this.#asked.get(key) ?? 0 };
  }
}

function raise(seqs: Map<string, number>, user: string, { conversation, seq }: Read): void {
  const key = `${user} ${conversation}`;
  seqs.set(key, Math.max(seq, seqs.get(key) ?? 0));
}
