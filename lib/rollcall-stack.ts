import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeUploader } from './acknowledged';
import { ChatApi } from './chat-api';
import { ChatPage } from './chat-page';
import { isAskedFor, requireKnownContext } from './context';
import { propsOf } from './deployment';
import { type IdentityProps, passwordsOf } from './identity';

/** One Rollcall in one account and region, as the CDK's context asks for it (DEPLOY.md). `npm run deploy` prints its outputs. */
export class RollcallStack extends Stack {
  constructor(scope: Construct, id: string, stackProps?: StackProps) {
    super(scope, id, { description: 'Rollcall: a chat backend with no servers', ...stackProps });
    requireKnownContext(this.node);
    const props = propsOf(this);
    const api = new ChatApi(this, 'ChatApi', props);
    this.#tell('Url', api.url, 'Where clients connect');
    this.#tell('ConnectionsTable', api.tables.connections.tableName, 'Which socket is whose');
    this.#tell('ChatTable', api.tables.chat.tableName, 'Accounts and messages');
    if (api.domainTarget !== undefined) this.#tell('DomainTarget', api.domainTarget, 'What the domain is an alias of');
    // The page costs nothing while nobody asks for it, but not everybody wants one on the open internet.
    if (isAskedFor(this.node, 'page')) {
      requirePasswordsForPage(props);
      const page = new ChatPage(this, 'ChatPage', { gatewayUrl: api.url });
      api.allowOrigin(page.origin);
      acknowledgeUploader(this, page.bucket);
      this.#tell('PageUrl', page.url, 'Where people go');
    }
  }

  #tell(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

/** It has no way to a provider's sign-in, and its connections would be refused. */
function requirePasswordsForPage(props: IdentityProps): void {
  if (passwordsOf(props)) return;
  throw new Error('The page logs in by password. With an issuer, add -c passwords=true, or leave the page out.');
}
