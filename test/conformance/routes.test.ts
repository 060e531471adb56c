import { afterEach, describe, expect, it } from '@jest/globals';
import { type Client, Clients, type MessageEvent } from './client';
import { settle } from './settle';
import { describeTarget } from './target';

/** AWS's own spacing: after "message": there is a blank, after the other two there is none. */
function frame(message: string): RegExp {
  const id = '"[A-Za-z0-9_-]{15}="';
  return new RegExp(`^\\{"message": "${message}", "connectionId":${id}, "requestId":${id}\\}$`);
}

function eventIn(reply: Readonly<Record<string, unknown>>): MessageEvent {
  return (reply as { readonly event: MessageEvent }).event;
}

/** The connection is open and nothing was sent before: the next frame answers this very question. */
async function expectUndisturbed(client: Client): Promise<void> {
  const marker = Math.random();
  expect(eventIn(await client.ask({ action: 'ask', marker })).body).toContain(String(marker));
}

describeTarget('core', 'routes and replies', (target) => {
  const clients = new Clients(target);

  afterEach(() => clients.closeAll());

  it('§3.3 › a message goes to the route whose key its action is', async () => {
    const client = await clients.open();

    const { requestContext } = eventIn(await client.ask({ action: 'ask' }));

    expect(requestContext.routeKey).toBe('ask');
  });

  it.each([
    ['an unknown action', '{"action":"nobody"}'],
    ['an action in another case', '{"action":"ASK"}'],
    ['no action', '{}'],
    ['no JSON', 'hello'],
    ['nothing', ''],
  ])(
    '§3.5 › %s, without a $default, is answered with the Forbidden frame, and the connection stays open',
    async (_, body) => {
      const client = await clients.open();

      client.send(body);

      expect(await client.next()).toMatch(frame('Forbidden'));
      await expectUndisturbed(client);
    },
  );

  it('§3.5 › the frame names the connection, and a request of its own', async () => {
    const client = await clients.open();
    const connectionId = await client.connectionId();

    const first = await client.ask({ action: 'nobody' });
    const second = await client.ask({ action: 'nobody' });

    expect([first.connectionId, second.connectionId]).toEqual([connectionId, connectionId]);
    expect(first.requestId).not.toBe(second.requestId);
  });

  it.each(['$connect', '$disconnect'])('§3.4 [U] › an action of %s does not reach that route', async (action) => {
    const client = await clients.open();

    const { message } = await client.ask({ action });

    settle('predefinedAction', message);
    await expectUndisturbed(client);
  });

  it('§2.2 [U] › a body with unquoted keys', async () => {
    const client = await clients.open();

    client.send('{"action":"ask", do:"length"}');

    settle('lenientJson', !(await client.next()).startsWith('{"message": "Forbidden"'));
  });

  describe.each(['ask', 'tell'])('on %s, with or without a route response', (action) => {
    it.each(['throw', 'malformed'])('§3.6 › %s is answered with the Internal-server-error frame', async (what) => {
      const client = await clients.open();

      client.send({ action, do: what });

      expect(await client.next()).toMatch(frame('Internal server error'));
      await expectUndisturbed(client);
    });
  });

  it('§3.6 › a Lambda that runs out of its own time is answered with the Internal-server-error frame', async () => {
    const client = await clients.open();

    client.send({ action: 'brief', do: 'sleep', ms: 20_000 });

    expect(await client.next()).toMatch(frame('Internal server error'));
    await expectUndisturbed(client);
  });

  it.each([200, 301, 401, 501])('§3.7 › a %i from a one-way route sends nothing', async (status) => {
    const client = await clients.open();

    client.send({ action: 'tell', do: 'status', status });
    // Longer than the Lambda before it can take, so that a frame for it would have come first.
    expect(await client.ask({ action: 'ask', do: 'sleep', ms: 1000 })).toMatchObject({ slept: 1000 });

    await expectUndisturbed(client);
  });

  it('§3.7 [U] › a 401 from a two-way route', async () => {
    const client = await clients.open();

    client.send({ action: 'ask', do: 'status', status: 401 });
    const text = await client.next();

    settle('refusedReply', frame('Internal server error').test(text) ? 'error-frame' : 'body');
    await expectUndisturbed(client);
  });

  it('§3.8 › an integration timeout is answered with its frame, and the late answer never comes', async () => {
    const client = await clients.open();

    client.send({ action: 'hasty', do: 'sleep', ms: 3000, id: 'late' });

    expect(await client.next()).toMatch(frame('Endpoint request timed out'));
    expect(await client.ask({ action: 'ask', do: 'sleep', ms: 2500 })).toMatchObject({ slept: 2500 });
    await expectUndisturbed(client);
  });

  it('§3.11 › the body from a two-way route is sent as it is', async () => {
    const client = await clients.open();

    client.send({ action: 'ask', do: 'status', status: 200 });

    expect(await client.nextFrame()).toEqual({ text: '{"status":200}', isBinary: false });
  });

  it('§3.11 › what a one-way route returns is discarded', async () => {
    const client = await clients.open();

    client.send({ action: 'tell' });
    expect(await client.ask({ action: 'ask', do: 'sleep', ms: 1000 })).toMatchObject({ slept: 1000 });

    await expectUndisturbed(client);
  });
});
