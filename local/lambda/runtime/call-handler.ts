import { describe, runtimeError } from './errors';
import type { Callback, Handler } from './load-handler';
import type { RuntimeError, RuntimeSettings, ToRuntime } from './messages';

export interface Invocation {
  readonly head: ToRuntime;
  readonly body: string;
}

export interface Outcome {
  readonly message: { readonly kind: 'returned' } | ({ readonly kind: 'failed' } & RuntimeError);
  readonly payload?: string;
  readonly isFrozen: boolean;
}

/** What became of one invocation. Never rejects. */
export async function callHandler(
  handler: Handler,
  invocation: Invocation,
  settings: RuntimeSettings,
): Promise<Outcome> {
  try {
    const { result, isFrozen } = await call(handler, invocation, settings);
    const payload = serialise(result);
    const bytes = Buffer.byteLength(payload);
    if (bytes > settings.payloadBytesMax)
      throw runtimeError('Function.ResponseSizeTooLarge', `Response payload size (${bytes} bytes) exceeded maximum`);
    return { message: { kind: 'returned' }, payload, isFrozen };
  } catch (error) {
    return { message: { kind: 'failed', ...describe(error) }, isFrozen: true };
  }
}

function contextOf({ awsRequestId, remainingMs }: ToRuntime, settings: RuntimeSettings) {
  const deadline = performance.now() + remainingMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: settings.functionName,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: settings.logGroupName,
    logStreamName: settings.logStreamName,
    invokedFunctionArn: settings.functionArn,
    awsRequestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

interface Ended {
  readonly result: unknown;
  /** AWS lets a handler that answers through the callback end everything else first, unless it asked not to. */
  readonly isFrozen: boolean;
}

/** A handler with a third parameter answers through it; any other answers with what it returns, or what that resolves to. */
function call(handler: Handler, { head, body }: Invocation, settings: RuntimeSettings): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const context = contextOf(head, settings);
    const callback: Callback = (error, result) =>
      error ? reject(error) : resolve({ result, isFrozen: !context.callbackWaitsForEmptyEventLoop });
    const returned = handler(JSON.parse(body), context, callback);
    if (handler.length >= 3 && typeof Object(returned).then !== 'function') return;
    Promise.resolve(returned).then((result) => resolve({ result, isFrozen: true }), reject);
  });
}

function serialise(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw runtimeError(
      'Runtime.MarshalError',
      `Unable to stringify the response: ${describe(error).errorMessage}`,
      error,
    );
  }
}
