import { App } from 'aws-cdk-lib';
import { RollcallStack } from '../lib/rollcall-stack';

new RollcallStack(new App(), 'Rollcall');
