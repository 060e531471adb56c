import { leftOut } from './left-out';

/**
 * Stands in for `@aws-sdk/middleware-endpoint-discovery` (lib/slim-sdk.ts). DynamoDB's client takes its configuration, but no command of this
 * version of the SDK asks for an endpoint.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: ({ AWS_ENABLE_ENDPOINT_DISCOVERY }: NodeJS.ProcessEnv) =>
    AWS_ENABLE_ENDPOINT_DISCOVERY === 'true' ? leftOut('Endpoint discovery is') : undefined,
  default: false,
};

export function resolveEndpointDiscoveryConfig<Config>(config: Config): Config {
  return config;
}
