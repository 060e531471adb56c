import { URL_LENGTH_MAX } from '../limits';

/** A fresh token of whoever knows the user. */
export type Identify = () => Promise<string>;

/** The address, with a token in its query: all that a browser's WebSocket can bring. Rejects with what `identify` does. */
export async function identified(url: string, identify: Identify): Promise<string> {
  const address = new URL(url);
  address.searchParams.set('access_token', await identify());
  if (address.href.length <= URL_LENGTH_MAX) return address.href;
  throw new Error(
    `With its token, the address is ${address.href.length} characters long: ${URL_LENGTH_MAX} are taken.`,
  );
}
