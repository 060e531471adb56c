import type { RefusalCode } from '../../src/protocol/refusal';

/** Refusals after which the same command may well succeed. */
export const PASSING: ReadonlySet<string | undefined> = new Set<RefusalCode>(['busy', 'internal', 'too_fast']);

/** The server does not know this connection (any more): only another one helps. */
export const FORGOTTEN: ReadonlySet<string | undefined> = new Set<RefusalCode>(['not_logged_in', 'connection_gone']);
