import { describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RollcallStack } from '../../lib/rollcall-stack';
import { adapt } from '../../localstack/adapt';
import { SERVERS } from '../../localstack/servers';

const VARIABLE = 'AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI';
const endpoint = new URL('http://localhost:4566');

interface Resource {
  readonly Type: string;
  readonly Properties: { Environment?: { Variables: Record<string, unknown> } };
}

function templateFor(name?: string): Readonly<Record<string, Resource>> {
  const stack = new RollcallStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Rollcall');
  const server = SERVERS.find((one) => one.name === name);
  if (server !== undefined) adapt(stack, { server, endpoint });
  return Template.fromStack(stack).toJSON().Resources;
}

describe.each(SERVERS)('adapt, for $name', ({ name, leftOut }) => {
  const plain = templateFor();
  const adapted = templateFor(name);

  it('leaves out what the server does not know, and nothing else', () => {
    const missing = Object.entries(plain).filter(([id]) => !(id in adapted));

    expect(missing.length > 0).toBe(leftOut.length > 0);
    for (const [, { Type }] of missing) expect(leftOut).toContain(Type);
    for (const { Type } of Object.values(adapted)) expect(leftOut).not.toContain(Type);
    expect(Object.keys(adapted).filter((id) => !(id in plain))).toEqual([]);
  });

  it('tells each Lambda where the sockets are, and changes nothing else', () => {
    for (const [id, resource] of Object.entries(adapted)) {
      const variables = resource.Properties?.Environment?.Variables;
      if (resource.Type === 'AWS::Lambda::Function') {
        expect(JSON.stringify(variables?.[VARIABLE])).toMatch(/http:.*execute-api.*"Ref"|"Ref".*execute-api/);
        delete variables?.[VARIABLE];
      }
      expect(resource).toEqual(plain[id]);
    }
  });
});
