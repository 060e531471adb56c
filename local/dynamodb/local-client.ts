import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * DynamoDB Local keeps a separate database per access key and region. So everything local speaks under these, and the
 * proxy replaces the key that a Lambda signs with.
 */
export const LOCAL_REGION = 'us-east-1';
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_ACCESS_KEY_ID = 'local';

/**
 * The SDK warns, in nine lines, of Node versions that it will not support some day. Lambda runs a newer one, and a
 * person who starts this cannot tell those lines from trouble. (@aws-sdk/core, emitWarningIfUnsupportedVersion)
 */
export const NO_VERSION_WARNING = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const;
Object.assign(process.env, NO_VERSION_WARNING);

/** A client for a DynamoDB on this machine, which checks no signatures. */
export function localClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'local' },
  });
}
