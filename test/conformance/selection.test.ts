import { afterEach, expect, it } from '@jest/globals';
import { type Client, Clients, type MessageEvent } from './client';
import { describeTarget } from './target';

describeTarget('selection', 'an API without $connect, with an expression and a $default of its own', (target) => {
  const clients = new Clients(target);

  afterEach(() => clients.closeAll());

  async function routeKeyOf(client: Client, text: string): Promise<string> {
    client.send(text);
    const { event } = JSON.parse(await client.next()) as { readonly event: MessageEvent };
    expect(event.body).toBe(text);
    return event.requestContext.routeKey;
  }

  it('§1.1.3 › without a $connect route every connection is accepted', async () => {
    const client = await clients.open();

    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('§1.3.1 › without a $disconnect route a close is a close', async () => {
    const client = await clients.open();

    expect(await client.close(1000)).toMatchObject({ code: 1000 });
  });

  it.each([
    ['§3.1 › two values and the text between them', '{"service":"chat","action":"join"}', 'chat/join'],
    ['§3.1 › a path that leads nowhere is empty', '{"service":"chat"}', 'chat/'],
    ['§3.1 › a list and a number', '{"service":["item1","item2"],"action":7}', '[item1, item2]/7'],
    ['§3.3 › a key that no route has', '{"service":"chat","action":"leave"}', '$default'],
    ['§3.3 › a key that is only a route’s beginning', '{"service":"chat","action":"joi"}', '$default'],
    ['§3.3 › no JSON', 'chat/join', '$default'],
    ['§3.3 › JSON that is no object', '["chat","join"]', '$default'],
    ['§3.2 › the name of a predefined route', '{"service":"$connect"}', '$default'],
  ])('%s selects its route, and the event names that', async (_, text, routeKey) => {
    expect(await routeKeyOf(await clients.open(), text)).toBe(routeKey);
  });

  it('§3.11 › $default may have a route response', async () => {
    const client = await clients.open();

    client.send('{"do":"status","status":200}');

    expect(await client.next()).toBe('{"status":200}');
  });
});
