import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ChatApi } from './chat-api';
import { ChatPage } from './chat-page';
import { isAskedFor, requireKnownContext } from './context';
import { propsOf } from './deployment';

/** One Rollcall in one account and region, as the CDK's context asks for it (DEPLOY.md). `npm run deploy` prints its outputs. */
export class RollcallStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { description: 'Rollcall: a chat backend with no servers', ...props });
    requireKnownContext(this.node);
    const api = new ChatApi(this, 'ChatApi', propsOf(this));
    this.#tell('Url', api.url, 'Where clients connect');
    this.#tell('ConnectionsTable', api.tables.connections.tableName, 'Which socket is whose');
    this.#tell('ChatTable', api.tables.chat.tableName, 'Accounts and messages');
    if (api.domainTarget !== undefined) this.#tell('DomainTarget', api.domainTarget, 'What the domain is an alias of');
    // The page costs nothing while nobody asks for it, but not everybody wants one on the open internet.
    if (isAskedFor(this.node, 'page')) {
      const page = new ChatPage(this, 'ChatPage', { gatewayUrl: api.url });
      api.allowOrigin(page.origin);
      this.#tell('PageUrl', page.url, 'Where people go');
    }
  }

  #tell(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
