/**
 * Stands in for `@aws-sdk/credential-provider-node` in the Lambdas' bundles (lib/slim-sdk.ts). Lambda hands its role's credentials over in
 * the environment, for as long as the execution environment lives (Lambda Developer Guide, "Using Lambda environment variables"): no
 * profile, SSO, process or metadata service is ever asked there, and they are a third of the SDK's code.
 */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly accountId?: string;
}

/** What the clients call for their credentials. @throws (when a request is to be signed) if the environment has none. */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCOUNT_ID } = process.env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      throw new Error(
        'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set. This bundle takes credentials from the environment only: see lib/slim-sdk.ts.',
      );
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
      ...(AWS_ACCOUNT_ID ? { accountId: AWS_ACCOUNT_ID } : {}),
    };
  };
}
