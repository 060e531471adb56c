import type { Variant } from '../fixtures/conformance-app/variants';

/** The fixture on a real account, as `npm run conformance -- --url …` describes it to the tests. */
export interface Deployment {
  readonly urls: Partial<Readonly<Record<Variant, string>>>;
  readonly region: string;
  /** Whether to wait for timeouts of ten minutes and two hours. */
  readonly slow: boolean;
  readonly seenFile: string;
}

/** The environment variable that carries it, as JSON. */
export const DEPLOYMENT_VARIABLE = 'CONFORMANCE_DEPLOYMENT';

const described = process.env[DEPLOYMENT_VARIABLE];

/** Undefined when the suite is to start the local gateway. */
export const deployment: Deployment | undefined = described === undefined ? undefined : JSON.parse(described);
