/**
 * Stands in for what the SDK tells others (lib/slim-sdk.ts): its clients have no logger, and AWS need not hear which features of it
 * are used.
 */
export async function checkFeatures(): Promise<void> {}

export const getLoggerPlugin = () => ({ applyToStack: () => {} });

const notCalled = () => undefined;

export { notCalled as loggerMiddleware, notCalled as loggerMiddlewareOptions, notCalled as schemaLogFilter };
