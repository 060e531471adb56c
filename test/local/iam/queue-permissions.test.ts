/** A function that sends to queues, behind a gateway as `npm start` assembles it: its role decides. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { readTemplate } from '../../../local/app/read-template';
import { serveApi } from '../../../local/app/serve-api';
import { Closers } from '../../../local/process/closers';
import { findFreePort } from '../../../local/process/free-port';
import { chatTemplate, type Resource } from '../../fixtures/app/chat-template';
import { chatTemplateWith } from '../../fixtures/app/read-chat';
import { describeOn, dynoxide } from '../../tooling/engines';
import { Client, closeAll } from '../gateway/harness';

const PLACE = { region: 'us-east-1', accountId: '000000000000' };

/** Sends to the queue that the message names, signed as the SDK would, and says what came back. */
const SEND = `exports.handler = async ({ body }) => {
  const response = await fetch(process.env.AWS_ENDPOINT_URL_SQS, {
    method: 'POST',
    headers: {
      'x-amz-target': 'AmazonSQS.SendMessage',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20300101/us-east-1/sqs/aws4_request',
    },
    body: JSON.stringify({ QueueUrl: process.env[JSON.parse(body).to], MessageBody: 'hello' }),
  });
  return { statusCode: 200, body: response.status + ' ' + (response.headers.get('x-amzn-query-error') ?? '') };
};`;

const closers: Closers[] = [];

afterEach(async () => {
  await closeAll();
  for (const one of closers.splice(0)) await one.closeAll();
});

function inline(code: string, variables: object = {}): Resource {
  const { Type = '', Properties = {} } = chatTemplate().Resources.Login ?? {};
  return { Type, Properties: { ...Properties, Code: { ZipFile: code }, Environment: { Variables: variables } } };
}

async function serve(): Promise<string> {
  const Statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Jobs', 'Arn'] } };
  const queue = { Type: 'AWS::SQS::Queue', Properties: {} };
  const template = chatTemplateWith({
    ...{ Jobs: queue, Others: queue },
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'P', PolicyDocument: { Statement } }] } },
    Connect: inline('exports.handler = async () => ({ statusCode: 200 });'),
    Login: inline(SEND, { Jobs: { Ref: 'Jobs' }, Others: { Ref: 'Others' } }),
  });
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'queues-')), await findFreePort()];
  const assets = { folder: '', pathOf: new Map() };
  const app = readTemplate({ template, assets, stackName: 'Queues', localHost: `localhost:${port}`, ...PLACE });
  const ours = new Closers();
  closers.push(ours);
  ours.add(() => rm(folder, { recursive: true, force: true }));
  const context = { closers: ours, onEvent: () => undefined, options: { behaviours: {}, limits: {} } };
  const state = { folder, journalPath: join(folder, 'journal') };
  const { gateway } = await serveApi(context, { app, database: String(dynoxide.url), port, state });
  return gateway.url;
}

describeOn(dynoxide, 'a function', () => {
  it('may send to the queue that its role names, and is refused every other', async () => {
    const client = await Client.open(await serve());
    const answers: string[] = [];

    for (const to of ['Jobs', 'Others']) {
      client.send({ action: 'login', to });
      answers.push(await client.next());
    }

    expect(answers).toEqual(['200 ', '403 AccessDenied;Sender']);
  });
});
