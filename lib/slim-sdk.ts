import { join } from 'node:path';

const standIn = (name: string) => join(__dirname, '../src/adapters/sdk', `${name}.ts`);

/**
 * What the Lambdas' bundles leave out of the AWS SDK, by what stands in its place. Each says what is missing, should it ever be needed; a
 * test asks each for it, and holds retries, faults and endpoints equal to the whole SDK's (`test/lib/slim-sdk.test.ts`).
 */
export const slimSdk = {
  /**
   * Packages. The clients load some of these by `import()`, for which esbuild wraps every module that they share with the rest, and a wrapped
   * module cannot be shaken: so they cost far more than their own size.
   */
  alias: {
    '@aws-sdk/credential-provider-node': standIn('environment-credentials'),
    '@aws-sdk/middleware-endpoint-discovery': standIn('endpoint-discovery'),
    '@aws/lambda-invoke-store': standIn('invocation-store'),
  },

  /** No operation of ours streams events, and no browser runs this: an import that is never reached, and would say what it misses. */
  external: ['@smithy/core/event-streams', 'bowser'],

  /** Single modules, by their path below `node_modules`; a test holds that each is there. */
  modules: {
    '@aws-sdk/client-dynamodb/dist-es/endpoint/endpointResolver': standIn('dynamodb-endpoint'),
    '@aws-sdk/client-dynamodb/dist-es/runtimeExtensions': standIn('left-out'),
    '@aws-sdk/client-sqs/dist-es/endpoint/endpointResolver': standIn('queue-endpoint'),
    '@aws-sdk/client-sqs/dist-es/runtimeExtensions': standIn('left-out'),
    '@aws-sdk/core/dist-es/submodules/client/middleware-logger/loggerMiddleware': standIn('silent'),
    '@aws-sdk/core/dist-es/submodules/client/middleware-user-agent/check-features': standIn('silent'),
    '@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions': standIn('left-out'),
    '@smithy/core/dist-es/submodules/checksum/md5/Md5Js': standIn('left-out'),
    '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js': standIn('left-out'),
    '@smithy/core/dist-es/submodules/client/smithy-client/schemaLogFilter': standIn('silent'),
    '@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion':
      standIn('left-out'),
    '@smithy/core/dist-es/submodules/config/defaults-mode/resolveDefaultsModeConfig': standIn('environment-config'),
    '@smithy/core/dist-es/submodules/config/node-config-provider/configLoader': standIn('environment-config'),
    '@smithy/core/dist-es/submodules/endpoints/middleware-endpoint/service-customizations': standIn('left-out'),
    '@smithy/core/dist-es/submodules/retry/util-retry/AdaptiveRetryStrategy': standIn('left-out'),
    '@smithy/core/dist-es/submodules/serde/date-utils': standIn('dates'),
    '@smithy/signature-v4/dist-es/HeaderFormatter': standIn('left-out'),
  },
} as const;
