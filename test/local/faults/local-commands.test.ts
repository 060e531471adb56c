import { afterEach, describe, expect, it } from '@jest/globals';
import { Faults } from '../../../local/faults/faults';
import { answerCommand } from '../../../local/faults/local-commands';
import { DEFAULT_LIMITS } from '../../../local/gateway/limits';
import { Client, closeAll, http, OK, TestGateway } from '../gateway/harness';

afterEach(closeAll);

const ECHO = {
  handler: ({ body }: { body?: string }) => ({ statusCode: 200, body: body ?? '' }),
  returnsResponse: true,
};

async function connected(faults?: Faults) {
  const gateway: TestGateway = await TestGateway.start(
    { $disconnect: () => OK, $default: ECHO },
    {
      limits: { clientBufferBytes: 100 },
      extraRequestHandler: (request, response) =>
        answerCommand(request, response, { control: gateway.running.control, faults }),
      faults,
    },
  );
  const client = await Client.open(gateway.url);
  const id = encodeURIComponent(gateway.running.connections()[0]?.connectionId ?? '');
  const local = async (path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const call = { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body ?? {}) };
    const reply = await http(gateway, `/_local/${path}`, call);
    return { status: reply.status, body: JSON.parse(reply.body) };
  };
  const post = async (body: string) =>
    (await http(gateway, `/dev/@connections/${id}`, { method: 'POST', body })).status;
  return { gateway, client, id, local, post };
}

describe('cut', () => {
  it('takes the socket from the client without a close frame, and tells nobody', async () => {
    const { gateway, client, id, local, post } = await connected();

    const answer = await local(`connections/${id}/cut`);
    const { code } = await client.closed;

    expect(answer).toEqual({ status: 200, body: { connectionId: decodeURIComponent(id), done: 'cut' } });
    expect(code).toBe(1006);
    expect(await post('into the void')).toBe(200);
    expect(gateway.running.connections()).toHaveLength(1);
    expect(gateway.invocationsOf('$disconnect')).toEqual([]);
  });

  it('is found out by the idle timeout, however much is posted', async () => {
    const { gateway, client, id, local, post } = await connected();
    await local(`connections/${id}/cut`);
    await client.closed;

    await local('clock', { advanceMs: DEFAULT_LIMITS.idleMs - 60_000 });
    const before = await post('into the void');
    await local('clock', { advanceMs: 60_000 });
    const { requestContext } = await gateway.untilInvoked('$disconnect');

    expect(before).toBe(200);
    expect(requestContext).toMatchObject({ disconnectStatusCode: 1001, disconnectReason: 'Going away' });
    expect(await post('too late')).toBe(410);
  });

  it('can still be deleted', async () => {
    const { gateway, id, local } = await connected();
    await local(`connections/${id}/cut`);

    const { status } = await http(gateway, `/dev/@connections/${id}`, { method: 'DELETE' });

    expect(status).toBe(204);
    expect((await gateway.untilInvoked('$disconnect')).requestContext.disconnectStatusCode).toBe(1000);
  });
});

describe('freeze and thaw', () => {
  it('hold back both directions, in order, while posts are accepted up to the buffer', async () => {
    const { gateway, client, id, local, post } = await connected();
    await local(`connections/${id}/freeze`);
    client.send('from the client');

    const statuses = [await post('one'), await post('x'.repeat(100)), await post('more than the buffer')];
    const before = [gateway.invokedWith.length, client.unheard.length];
    await local(`connections/${id}/thaw`);

    expect(statuses).toEqual([200, 200, 429]);
    expect(before).toEqual([0, 0]);
    expect([await client.next(), await client.next()]).toEqual(['one', 'x'.repeat(100)]);
    expect(await client.next()).toBe('from the client');
    expect(await post('again')).toBe(200);
  });

  it('let a close through', async () => {
    const { gateway, client, id, local } = await connected();
    await local(`connections/${id}/freeze`);

    await http(gateway, `/dev/@connections/${id}`, { method: 'DELETE' });

    expect((await client.closed).code).toBe(1000);
  });
});

describe('the clock', () => {
  it('closes what has been idle for ten minutes, and not a moment before', async () => {
    const { gateway, client, local } = await connected();

    await local('clock', { advanceMs: DEFAULT_LIMITS.idleMs - 60_000 });
    client.send('still here');
    await client.next();
    await local('clock', { advanceMs: DEFAULT_LIMITS.idleMs - 60_000 });
    await client.roundTrip();
    const open = gateway.running.connections().length;
    await local('clock', { advanceMs: 60_000 });

    expect(open).toBe(1);
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('closes after two hours what is never idle', async () => {
    const { client, local } = await connected();

    for (let minutes = 0; minutes < 120; minutes += 8) {
      client.send('busy');
      await client.next();
      await local('clock', { advanceMs: 8 * 60_000 });
    }

    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('is what events tell the time by', async () => {
    const { gateway, client, local } = await connected();
    const before = Date.now();
    await local('clock', { advanceMs: 3_600_000 - 3_300_000 });
    client.send('what time is it?');

    const { requestContext } = await gateway.untilInvoked('$default');

    expect(Number(requestContext.requestTimeEpoch)).toBeGreaterThanOrEqual(before + 300_000);
  });
});

describe('faults', () => {
  const falselyGone = () => new Faults({ seed: 1, probabilities: new Map([['gone.false', 1]]) });

  it('sets how probable a fault is from now on', async () => {
    const { local, post } = await connected(falselyGone());
    const before = await post('hello');

    const answer = await local('faults', { 'gone.false': 0 });

    expect(answer).toEqual({ status: 200, body: { 'gone.false': 0 } });
    expect([before, await post('hello')]).toEqual([410, 200]);
  });

  it('that were not named at the start are 404, and none of the others is set', async () => {
    const { local, post } = await connected(falselyGone());

    const answer = await local('faults', { 'gone.false': 0, 'post.429': 0 });

    expect(answer).toEqual({ status: 404, body: { error: 'not named with --fault at the start: post.429' } });
    expect(await post('hello')).toBe(410);
  });

  it.each([{}, { 'gone.false': 1.1 }, { 'gone.false': -0.1 }, { 'gone.false': '0' }, 'no JSON'])(
    '%j is 400',
    async (body) => {
      const { local } = await connected(falselyGone());

      expect(await local('faults', body)).toEqual({
        status: 400,
        body: { error: 'the body must be {"NAME": PROBABILITY, …}, with numbers from 0 to 1' },
      });
    },
  );
});

describe('a command that is not understood', () => {
  it.each([
    ['clock', {}],
    ['clock', { advanceMs: -1 }],
    ['clock', { advanceMs: 604_800_001 }],
    ['clock', { advanceMs: '1' }],
    ['clock', 'no JSON'],
    ['clock', 'null'],
    ['clock', `{"advanceMs": 1, "more": "${'x'.repeat(2_000)}"}`],
  ])('%s is 400, and says what is wanted (%#)', async (path, body) => {
    const { local } = await connected();

    expect(await local(path, body)).toEqual({
      status: 400,
      body: { error: 'the body must be {"advanceMs": N}, with N from 0 to 604800000' },
    });
  });

  it.each([
    ['connections/AAAAAAAAAAAAAAA=/cut', 'no open connection AAAAAAAAAAAAAAA=: GET /_local/ lists them'],
    ['connections/%E0%A4/cut', 'no open connection %E0%A4: GET /_local/ lists them'],
    [
      'dance',
      'there is no /_local/dance: POST /_local/connections/ID/cut, /freeze or /thaw, /_local/clock or /_local/faults',
    ],
  ])('%s is 404', async (path, error) => {
    const { local } = await connected();

    expect(await local(path)).toEqual({ status: 404, body: { error } });
  });

  it('from a page in a browser is 403', async () => {
    const { client, id, local } = await connected();

    const answer = await local(`connections/${id}/cut`, {}, { origin: 'http://localhost:3000' });
    await client.roundTrip();

    expect(answer).toEqual({ status: 403, body: { error: 'only for programs on this machine' } });
  });
});
