import { leftOut } from './left-out';

interface EndpointParameters {
  readonly Region?: string;
  /** Named by the client, or by AWS_ENDPOINT_URL. */
  readonly Endpoint?: string;
  readonly UseFIPS?: boolean;
  readonly UseDualStack?: boolean;
  /** DynamoDB's only. */
  readonly AccountIdEndpointMode?: string;
}

interface Endpoint {
  readonly url: URL;
  readonly properties: object;
  headers?: Record<string, string[]>;
}

/** By what their regions begin with; all others are in `aws` (AWS Fault Isolation Boundaries, "Partitions"). */
const PARTITION_DOMAINS: readonly (readonly [prefix: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov'],
];

/**
 * Stands in for each client's rules of endpoints, and for what interprets them (lib/slim-sdk.ts): the service's endpoint in the Lambda's
 * region, or the one that is named. FIPS, dual-stack and an account's own endpoints are refused: whoever needs one can name it.
 */
export function regionalEndpoint(service: string) {
  return ({ Region, Endpoint, UseFIPS, UseDualStack, AccountIdEndpointMode }: EndpointParameters): Endpoint => {
    if (UseFIPS || UseDualStack || AccountIdEndpointMode === 'required')
      return leftOut('FIPS, dual-stack and account endpoints (name one by AWS_ENDPOINT_URL) are');
    if (Endpoint !== undefined) return { url: new URL(Endpoint), properties: {}, headers: {} };
    if (Region === undefined) throw new Error('AWS_REGION is not set.');
    const domain = PARTITION_DOMAINS.find(([prefix]) => Region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
    return { url: new URL(`https://${service}.${Region}.${domain}`), properties: {}, headers: {} };
  };
}
