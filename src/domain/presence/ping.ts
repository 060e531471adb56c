import type { BoundCaller, Done } from '../ports/operation';

/** Nothing but a sign of life: the lease was renewed when the caller was recognised. */
export async function ping(_ports: unknown, { userId }: BoundCaller): Promise<Done<'ping'>> {
  return { userId, fields: {} };
}
