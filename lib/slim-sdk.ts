import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

const standIns = join(__dirname, '../src/adapters/sdk');

/**
 * What the Lambdas' bundles leave out of the AWS SDK. The clients load these by `import()`, for which esbuild wraps every module that
 * they share with the rest, and a wrapped module cannot be shaken: so they cost far more than their own size. Each fails loudly, by name,
 * should it ever be needed (`test/lib/slim-sdk.test.ts`).
 */
export const slimSdk: Pick<BuildOptions, 'alias' | 'external'> = {
  alias: {
    '@aws-sdk/credential-provider-node': join(standIns, 'environment-credentials.ts'),
    'mnemonist/lru-cache': join(standIns, 'no-endpoint-discovery.ts'),
  },
  // No operation of ours streams events, and no browser runs this: an import that is never reached, and would say what it misses.
  external: ['@smithy/core/event-streams', 'bowser'],
};
