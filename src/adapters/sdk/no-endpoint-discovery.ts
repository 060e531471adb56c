/**
 * Stands in for `mnemonist/lru-cache` in the Lambdas' bundles (lib/slim-sdk.ts). DynamoDB's client makes one for discovered endpoints, which
 * none of its commands asks for in this version of the SDK.
 */
export default class NoEndpointDiscovery {
  has(): never {
    throw new Error('Endpoint discovery is not in this bundle: see lib/slim-sdk.ts.');
  }
}
