import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RollcallStack } from '../../lib/rollcall-stack';

const cdkJson = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8'));

/** The app's template, as `cdk synth` makes it with the context of cdk.json, but without bundling the Lambdas' code. */
export function synthesiseWithoutCode(): Record<string, unknown> {
  const app = new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new RollcallStack(app, 'Rollcall')).toJSON();
}
