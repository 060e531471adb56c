import { App } from 'aws-cdk-lib';
import { environmentOf, stackIdOf } from '../lib/deployment';
import { RollcallStack } from '../lib/rollcall-stack';

const app = new App();
const env = environmentOf(app.node);
new RollcallStack(app, stackIdOf(app.node), env && { env });
