import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ChatApi } from './chat-api';
import { tunablesOf } from './tunables';

/** One Rollcall in one account and region, tuned by the CDK's context. `npm run deploy` prints its outputs. */
export class RollcallStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { description: 'Rollcall: a chat backend with no servers', ...props });
    const { url, tables } = new ChatApi(this, 'ChatApi', tunablesOf(this.node));
    new CfnOutput(this, 'Url', { value: url, description: 'Where clients connect' });
    new CfnOutput(this, 'ConnectionsTable', { value: tables.connections.tableName });
    new CfnOutput(this, 'ChatTable', { value: tables.chat.tableName });
  }
}
