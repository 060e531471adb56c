import { CfnResource, type Stack } from 'aws-cdk-lib';
import { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Found } from './find-server';

/** The SDK's own variable for the service behind `@connections`. */
const CALLBACK_VARIABLE = 'AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI';

/** A stack as it is for AWS, made one for this server. Nothing else about it changes. */
export function adapt(stack: Stack, { server, endpoint }: Found): void {
  const constructs = stack.node.findAll();
  for (const one of constructs) {
    if (CfnResource.isCfnResource(one) && server.leftOut.includes(one.cfnResourceType)) {
      one.node.scope?.node.tryRemoveChild(one.node.id);
    }
  }
  const stage = constructs.find((one) => one instanceof WebSocketStage);
  if (stage === undefined) throw new Error('The stack has no stage of a WebSocket API.');
  const callbackUrl = server.callbackUrl({ endpoint, apiId: stage.api.apiId, stage: stage.stageName });
  for (const one of constructs) if (one instanceof LambdaFunction) one.addEnvironment(CALLBACK_VARIABLE, callbackUrl);
}
