import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct, Node } from 'constructs';
import { ChatApi } from './chat-api';
import { ChatPage } from './chat-page';
import { allowedOriginsOf } from './origins';
import { tunablesOf } from './tunables';

/** One Rollcall in one account and region, tuned by the CDK's context. `npm run deploy` prints its outputs. */
export class RollcallStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { description: 'Rollcall: a chat backend with no servers', ...props });
    const allowedOrigins = allowedOriginsOf(this.node);
    const api = new ChatApi(this, 'ChatApi', { ...tunablesOf(this.node), ...(allowedOrigins && { allowedOrigins }) });
    const { url, tables } = api;
    new CfnOutput(this, 'Url', { value: url, description: 'Where clients connect' });
    new CfnOutput(this, 'ConnectionsTable', { value: tables.connections.tableName });
    new CfnOutput(this, 'ChatTable', { value: tables.chat.tableName });
    if (wantsPage(this.node)) {
      const page = new ChatPage(this, 'ChatPage', { gatewayUrl: url });
      api.allowOrigin(page.origin);
      new CfnOutput(this, 'PageUrl', { value: page.url, description: 'Where people go' });
    }
  }
}

/** `-c page=true`: the page costs nothing while nobody asks for it, but not everybody wants one on the open internet. */
function wantsPage(node: Node): boolean {
  const value = String(node.tryGetContext('page') ?? 'false');
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Error(`The context page must be true or false, not ${JSON.stringify(value)}.`);
}
