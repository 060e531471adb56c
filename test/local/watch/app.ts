import type { AppDescription, LambdaDescription } from '../../../local/app/description';

export function lambdaOf(logicalId: string, codeDirectory: string): LambdaDescription {
  return {
    ...{ logicalId, functionName: `Stack-${logicalId}`, codeDirectory, handler: 'index.handler' },
    ...{ environment: {}, timeoutMs: 10_000, memoryMb: 128 },
  };
}

/** An app with the route `chat` to the function `Chat`, and the function `Sweep`, which has none. */
export function appOf(functions: readonly LambdaDescription[]): AppDescription {
  const chat = { routeKey: 'chat', functionId: 'Chat', integrationTimeoutMs: 29_000, returnsResponse: true };
  return {
    ...{ stackName: 'Stack', apiId: 'api', stage: 'dev', region: 'us-east-1', accountId: '000000000000' },
    routeSelectionExpression: '$request.body.action',
    routes: new Map([['chat', chat]]),
    functions: new Map(functions.map((lambda) => [lambda.logicalId, lambda])),
    tables: [],
  };
}
