/**
 * Stands in for modules of the SDK that no Lambda of ours runs (lib/slim-sdk.ts). Each has what others import of it, and says what is
 * missing should it ever be needed.
 */
export function leftOut(what: string): never {
  throw new Error(`${what} not in this bundle: see lib/slim-sdk.ts.`);
}

/** Only with AWS_RETRY_MODE=adaptive. */
export class AdaptiveRetryStrategy {
  constructor() {
    leftOut('Adaptive retries are');
  }
}

/** Only where Node has no hashes of its own. */
class Hash {
  constructor() {
    leftOut('A hash without node:crypto is');
  }
}

export { Hash as Md5Js, Hash as Sha256Js };

/** Only for streams of events: signers make one, and never use it. */
export class HeaderFormatter {
  format(): never {
    return leftOut('The signature of events is');
  }
}

/** Only for S3. */
export function resolveParamsForS3(): never {
  return leftOut('S3 is');
}

/** Only for clients that are given extensions. */
export function resolveRuntimeExtensions<Config>(config: Config, extensions: readonly unknown[]): Config {
  return extensions.length > 0 ? leftOut('Extensions of clients are') : config;
}

/** Only without AWS_REGION. */
export async function getInstanceMetadataRegion(): Promise<never> {
  return leftOut('AWS_REGION is not set, and the metadata service, which might know it, is');
}

/** Only by the rules of endpoints (`regional-endpoint.ts`). */
export const partitionsInfo = {
  get partitions(): never {
    return leftOut('The table of partitions is');
  },
};
