import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  IssuerKeys,
  IssuerUnreachable,
  KEYS_FRESH_MS,
  KEYS_MS_MAX,
  KEYS_PAUSE_MS,
} from '../../../src/adapters/oidc/issuer-keys';
import { newKey, OidcIssuer } from '../../tooling/oidc-issuer';

let issuer: OidcIssuer;
let now: number;

beforeEach(async () => {
  issuer = await OidcIssuer.start();
  now = 1_000_000;
});
afterEach(() => issuer.close());

const keysOf = (settings: { issuer: string; jwksUri?: string } = { issuer: issuer.url }) =>
  new IssuerKeys(settings, () => now);
const kids = () => issuer.keys.map(({ kid }) => kid);
const first = () => String(kids()[0]);
const asks = () => issuer.asked.filter((path) => path === '/keys').length;

describe('an issuer’s keys', () => {
  it('are found by its discovery document, once for all who come at once', async () => {
    const keys = keysOf();

    const found = await Promise.all([1, 2, 3].map(() => keys.keyOf(first())));

    expect(found).toMatchObject(found.map(() => ({ kid: first(), kty: 'EC' })));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('are found below an issuer with a path, with and without a slash at its end', async () => {
    for (const path of ['/realms/chat', '/realms/chat/']) {
      issuer.asked.length = 0;
      issuer.discovery = { issuer: `${issuer.url}${path}` };
      await keysOf({ issuer: `${issuer.url}${path}` }).keyOf(first());
      expect(issuer.asked[0]).toBe('/realms/chat/.well-known/openid-configuration');
    }
  });

  it('are taken from where the stack says, without asking for the document', async () => {
    await keysOf({ issuer: 'http://localhost:1', jwksUri: `${issuer.url}/keys` }).keyOf(first());

    expect(issuer.asked).toEqual(['/keys']);
  });

  it('are asked for again when one comes that is not there: it has changed them', async () => {
    const keys = keysOf();
    await keys.keyOf(first());
    const next = newKey();
    issuer.keys = [...issuer.keys, next];
    now += KEYS_PAUSE_MS;

    expect(await keys.keyOf(next.kid)).toMatchObject({ kid: next.kid });
    expect(asks()).toBe(2);
  });

  it('are asked for but once in ten seconds, however many strangers bring keys that nobody has', async () => {
    const keys = keysOf();
    for (let stranger = 0; stranger < 20; stranger++) expect(await keys.keyOf(`k${stranger}`)).toBeUndefined();
    now += KEYS_PAUSE_MS - 1;
    expect(await keys.keyOf('k')).toBeUndefined();

    expect(asks()).toBe(1);
    expect(await keys.keyOf(first())).toBeDefined();
    now += 1;
    expect(await keys.keyOf('k')).toBeUndefined();
    expect(asks()).toBe(2);
  });

  it('that were taken back are unknown after an hour', async () => {
    const keys = keysOf();
    const stolen = first();
    await keys.keyOf(stolen);
    issuer.keys = [newKey()];

    now += KEYS_FRESH_MS - 1;
    expect(await keys.keyOf(stolen)).toBeDefined();
    now += 1;
    expect(await keys.keyOf(stolen)).toBeUndefined();
    expect(await keys.keyOf(first())).toBeDefined();
  });

  it('are used on while the issuer cannot be reached, for six hours and not one longer', async () => {
    const keys = keysOf();
    await keys.keyOf(first());
    issuer.mood = 'failing';

    now += KEYS_MS_MAX - 1;
    expect(await keys.keyOf(first())).toBeDefined();
    await expect(keys.keyOf('k')).rejects.toThrow(IssuerUnreachable);
    now += 1;
    await expect(keys.keyOf(first())).rejects.toThrow(IssuerUnreachable);
    issuer.mood = 'well';
    now += KEYS_PAUSE_MS;
    expect(await keys.keyOf(first())).toBeDefined();
  });

  it.each([
    ['failing', /answered 503/],
    ['confused', /JSON/],
    ['endless', /more than 262144 bytes/],
    ['silent', /aborted|timeout/i],
  ] as const)('of an issuer that is %s cannot be had; the next one is told at once', async (mood, why) => {
    const keys = keysOf();
    issuer.mood = mood;

    const failure = await keys.keyOf(first()).catch((error) => error);
    const asked = issuer.asked.length;
    await expect(keys.keyOf(first())).rejects.toBe(failure);

    expect(failure).toBeInstanceOf(IssuerUnreachable);
    expect(failure.message).toBe(`The keys of ${issuer.url} cannot be had.`);
    expect(String(failure.cause)).toMatch(why);
    expect(issuer.asked).toHaveLength(asked);
  });

  it('of an issuer that is not there cannot be had', async () => {
    await expect(keysOf({ issuer: 'http://localhost:1' }).keyOf('k')).rejects.toThrow(IssuerUnreachable);
  });

  it.each<[string, object, RegExp]>([
    ['another issuer', { issuer: 'https://evil.example' }, /is of the issuer "https:\/\/evil\.example"/],
    ['no keys', { jwks_uri: 7 }, /has no jwks_uri/],
    ['keys by plain HTTP', { jwks_uri: 'http://keys.example/' }, /it must be https/],
    ['keys of a file', { jwks_uri: 'file:///etc/passwd' }, /it must be https/],
  ])('are not taken from a document of %s', async (_, discovery, why) => {
    issuer.discovery = discovery as Record<string, unknown>;

    const failure = await keysOf()
      .keyOf(first())
      .catch((error) => error);

    expect(failure).toBeInstanceOf(IssuerUnreachable);
    expect(String(failure.cause)).toMatch(why);
    expect(asks()).toBe(0);
  });

  it('of an issuer with TLS never come from this machine without: it may not send us there', async () => {
    const failure = await keysOf({ issuer: 'https://issuer.example', jwksUri: `${issuer.url}/keys` })
      .keyOf(first())
      .catch((error) => error);

    expect(String(failure.cause)).toMatch(/it must be https/);
    expect(issuer.asked).toEqual([]);
  });

  it('are a key set, or nothing', async () => {
    issuer.keys = [{ ...newKey(), kid: 7 as never }];

    await expect(keysOf().keyOf('7')).rejects.toThrow(IssuerUnreachable);
  });
});
