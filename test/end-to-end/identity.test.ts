import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type Chat, connect } from '../../client';
import { Client, closeAll, refusal } from '../local/gateway/harness';
import { newKey, OidcIssuer } from '../tooling/oidc-issuer';
import { SERVE_MS_MAX, type ServedStack, serveStack } from '../tooling/served-stack';
import { eventually } from './children';

const ROOT = join(__dirname, '../..');
const nowSeconds = () => Math.floor(Date.now() / 1000);

async function ask(client: Client, command: object): Promise<Record<string, unknown>> {
  client.send({ ref: 'r', ...command });
  for (;;) {
    const heard = JSON.parse(await client.next()) as Record<string, unknown>;
    if (heard.ref === 'r') return heard;
  }
}

/** What `npm start -- -c issuer=… -c audience=…` serves, with a provider on this machine. */
describe('a stack whose users come from an OpenID Connect provider', () => {
  let issuer: OidcIssuer;
  let stack: ServedStack;

  beforeAll(async () => {
    issuer = await OidcIssuer.start();
    stack = await serveStack(ROOT, { issuer: issuer.url, audience: 'rollcall' });
  }, SERVE_MS_MAX);

  beforeEach(() => {
    issuer.mood = 'well';
  });

  afterAll(async () => {
    await closeAll();
    await stack?.close();
    await issuer?.close();
  });

  const tokenOf = (name: string, more: Record<string, unknown> = {}) =>
    issuer.token({ sub: `subject of ${name}`, preferred_username: name, ...more });
  const byQuery = (token: string) => `${stack.url}?access_token=${token}`;
  const statusFor = async (token: string) => (await refusal(byQuery(token))).status;
  /** Connected, and logged in without a proof. */
  const online = async (name: string, token = tokenOf(name)) => {
    const client = await Client.open(byQuery(token));
    const snapshot = await ask(client, { action: 'login', heartbeat: 60 });
    return { client, snapshot };
  };

  it('knows who connects, makes the account, and brings a message from one to the other', async () => {
    const ann = await online('Ann');
    const bob = await online('bob');

    const sent = await ask(ann.client, { action: 'chat', to: 'bob', text: 'hello' });
    const message = JSON.parse(await bob.client.next());
    ann.client.socket.close();
    const again = await online('Ann');

    expect(ann.snapshot).toMatchObject({ ok: true, user: 'ann', devices: 1 });
    expect(ann.snapshot).not.toHaveProperty('token');
    expect(sent).toMatchObject({ ok: true, seq: 1 });
    expect(message).toMatchObject({ type: 'message', from: 'ann', text: 'hello' });
    expect(again.snapshot).toMatchObject({ ok: true, createdAt: ann.snapshot.createdAt });
  });

  it('takes the token from a header as well', async () => {
    const client = await Client.open(stack.url, { headers: { authorization: `Bearer ${tokenOf('cleo')}` } });

    expect(await ask(client, { action: 'login' })).toMatchObject({ ok: true, user: 'cleo' });
  });

  it('answers 403 to whoever brings no token, or one that is not good, and asks no database', async () => {
    const before = stack.events.length;
    const statuses = [
      (await refusal(stack.url)).status,
      await statusFor('x.y.z'),
      await statusFor(tokenOf('ann', { exp: nowSeconds() - 1 })),
      await statusFor(tokenOf('ann', { aud: 'other' })),
      await statusFor(tokenOf('ann', { iss: 'https://evil.example' })),
      await statusFor(issuer.token({ sub: 's', preferred_username: 'ann' }, newKey())),
    ];

    expect(statuses).toEqual(statuses.map(() => 403));
    // Who was online in the tests before may be leaving only now.
    const asked = stack.events.slice(before).filter(({ routeKey }) => routeKey !== '$disconnect');
    expect(asked.map(({ routeKey }) => routeKey)).toEqual(statuses.map(() => '$authorizer'));
    expect(asked.map(({ databaseRequests }) => databaseRequests)).toEqual(statuses.map(() => 0));
  });

  it('writes no token into any log, whether it was good or not', async () => {
    const [good, bad] = [tokenOf('hugo'), tokenOf('hugo', { aud: 'other' })];
    const { snapshot } = await online('hugo', good);
    await statusFor(bad);

    const told = JSON.stringify(stack.events);
    expect(snapshot).toMatchObject({ ok: true });
    for (const token of [good, bad]) expect(told).not.toContain(token.split('.')[2]);
    expect(told).not.toContain('subject of hugo');
  });

  it('refuses another subject with the same name, and a name that is none, in words', async () => {
    await online('dora');

    const impostor = await online('dora', issuer.token({ sub: 'somebody else', preferred_username: 'DORA' }));
    const mail = await online('e@example.com');

    expect(impostor.snapshot).toMatchObject({ type: 'error', code: 'user_taken' });
    expect(mail.snapshot).toMatchObject({ type: 'error', code: 'bad_handle' });
    expect(await ask(impostor.client, { action: 'ping' })).toMatchObject({ code: 'not_logged_in' });
  });

  it('refuses a login after the token’s end, and keeps whoever is logged in', async () => {
    const token = tokenOf('finn', { exp: nowSeconds() + 2 });
    const late = await Client.open(byQuery(token));
    const { client, snapshot } = await online('finn', token);
    while (Date.now() < expiryOf(token)) await new Promise((done) => setTimeout(done, 50));

    expect(snapshot).toMatchObject({ ok: true });
    expect(await ask(client, { action: 'ping' })).toMatchObject({ ok: true });
    expect(await ask(late, { action: 'login' })).toMatchObject({ code: 'wrong_credentials' });
  });

  it('has no passwords', async () => {
    const { client } = await online('gus');

    for (const command of [
      { action: 'reg', user: 'hal', password: 'correct horse' },
      { action: 'login', user: 'gus', password: 'correct horse' },
      { action: 'login', token: 'a.b.c' },
      { action: 'passwd', password: 'x', newPassword: 'correct horse' },
    ]) {
      expect(await ask(client, command)).toMatchObject({ type: 'error', code: 'password_login_off' });
    }
  });

  it('is all that the SDK needs, with a fresh token for each connection', async () => {
    const issued: string[] = [];
    const identityOf = (name: string) => async () => {
      const token = tokenOf(name, { jti: String(issued.length) });
      issued.push(token);
      return token;
    };
    const [kim, lou] = ['kim', 'lou'].map((name) =>
      connect(stack.url, { WebSocket, identity: identityOf(name), heartbeat: 10, rolloverAfter: 3 }),
    ) as [Chat, Chat];
    try {
      const heard: string[] = [];
      lou.on('message', ({ from, text }) => heard.push(`${from}: ${text}`));
      await eventually('two who are connected', () => (kim.user && lou.state === 'connected') || undefined, 60_000);

      await kim.send({ to: 'lou' }, 'before the rollover').stored;
      await eventually('rollovers', () => issued.length >= 4 || undefined, 60_000);
      await kim.send({ to: 'lou' }, 'after it').stored;
      await eventually('both messages', () => heard.length === 2 || undefined, 60_000);

      expect(heard).toEqual(['kim: before the rollover', 'kim: after it']);
      expect(new Set(issued).size).toBe(issued.length);
    } finally {
      await Promise.all([kim.close(), lou.close()]);
    }
  });

  it('is lost on an SDK whose tokens are not good: it says that it is not connected, and tries again', async () => {
    const chat = connect(stack.url, { WebSocket, identity: async () => tokenOf('max', { aud: 'other' }) });
    try {
      const attempts: unknown[] = [];
      chat.on('state', (event) => event.state === 'disconnected' && attempts.push(event.reason.code));
      await eventually('two attempts', () => attempts.length >= 2 || undefined, 60_000);

      expect(attempts.slice(0, 2)).toEqual(['unreachable', 'unreachable']);
      expect(chat.user).toBeUndefined();
    } finally {
      await chat.close();
    }
  });

  it('goes on through an outage of the provider, whose keys it knows', async () => {
    await online('ivy');
    issuer.mood = 'failing';

    expect((await online('ivy')).snapshot).toMatchObject({ ok: true });
  });
});

function expiryOf(token: string): number {
  return 1_000 * JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).exp;
}

describe('a stack whose provider is down when it starts', () => {
  it(
    'refuses with 500, asks it once, says why in its log, and still lets in by password',
    async () => {
      const issuer = await OidcIssuer.start();
      issuer.mood = 'failing';
      const stack = await serveStack(ROOT, { issuer: issuer.url, audience: 'rollcall', passwords: 'true' });
      try {
        const url = `${stack.url}?access_token=${issuer.token({ sub: 's', preferred_username: 'ann' })}`;

        const statuses = [(await refusal(url)).status, (await refusal(url)).status];
        const byPassword = await Client.open(stack.url);
        const registered = await ask(byPassword, { action: 'reg', user: 'bob', password: 'correct horse' });
        const login = await ask(byPassword, { action: 'login', user: 'bob', password: 'correct horse' });

        expect(statuses).toEqual([500, 500]);
        expect(issuer.asked).toHaveLength(1);
        expect(JSON.stringify(stack.events)).toContain(`The keys of ${issuer.url} cannot be had.`);
        expect([registered, login]).toMatchObject([{ ok: true }, { ok: true, token: expect.any(String) }]);
      } finally {
        await closeAll();
        await stack.close();
        await issuer.close();
      }
    },
    SERVE_MS_MAX,
  );
});

describe('a stack with an authorizer of one’s own', () => {
  let stack: ServedStack;

  beforeAll(async () => {
    stack = await serveStack(join(__dirname, '../fixtures/identity-app'));
  }, SERVE_MS_MAX);

  afterAll(async () => {
    await closeAll();
    await stack?.close();
  });

  const login = async (query: string) => ask(await Client.open(`${stack.url}?${query}`), { action: 'login' });

  it('logs in whom it names, until when it says', async () => {
    expect(await login('name=Ann')).toMatchObject({ ok: true, user: 'ann', devices: 1 });
    expect(await login('name=Ann')).toMatchObject({ ok: true, user: 'ann', devices: 2 });
    expect(await login(`name=bob&until=${Date.now() + 60_000}`)).toMatchObject({ ok: true, user: 'bob' });
    expect(await login(`name=bob&until=${Date.now() - 1}`)).toMatchObject({ code: 'wrong_credentials' });
  });

  it('takes another way to write a name for somebody else, since nothing says that it is not', async () => {
    expect(await login('name=Cleo')).toMatchObject({ ok: true, user: 'cleo' });
    expect(await login('name=CLEO')).toMatchObject({ code: 'user_taken' });
  });

  it('answers 401 by API Gateway alone, 403 by its word, and knows who is nobody', async () => {
    const statuses = [(await refusal(stack.url)).status, (await refusal(`${stack.url}?name=eve`)).status];

    expect(statuses).toEqual([401, 403]);
    expect(await login('name=nobody')).toMatchObject({ code: 'password_login_off' });
  });
});
