/** What the SDK asks of it: the ids under which X-Ray and OpenTelemetry follow a request. */
interface Invocation {
  getXRayTraceId(): string | undefined;
  getTraceparent?(): string | undefined;
}

/**
 * Stands in for `@aws/lambda-invoke-store` (lib/slim-sdk.ts): the store that Lambda's runtime has put there, if it runs several invocations at
 * once. Elsewhere the SDK finds the id in the environment, and needs no store.
 */
export const InvokeStore = {
  getInstanceAsync: async () => (globalThis as { awslambda?: { InvokeStore?: Invocation } }).awslambda?.InvokeStore,
};
