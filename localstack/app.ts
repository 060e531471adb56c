/** The CDK app as `bin/rollcall.ts` has it, for the server at `AWS_ENDPOINT_URL`: what `npm run deploy:localstack` and `cdklocal` deploy. */
import { App } from 'aws-cdk-lib';
import { environmentOf, stackIdOf } from '../lib/deployment';
import { RollcallStack } from '../lib/rollcall-stack';
import { adapt } from './adapt';
import { findServer } from './find-server';

async function main(): Promise<void> {
  const found = await findServer(process.env);
  const app = new App({ context: found.server.context });
  const env = environmentOf(app.node);
  adapt(new RollcallStack(app, stackIdOf(app.node), env && { env }), found);
}

main().catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
