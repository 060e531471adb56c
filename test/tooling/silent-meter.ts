import type { Meter } from '../../src/domain/ports/meter';

/** For where nobody looks at what is counted. */
export const silentMeter: Meter = { count: () => undefined, measure: () => undefined };
