import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { readLoadOptions } from '../../bench/load/options';
import { deployed } from '../../bench/load/server';
import { readOneOf } from '../../bench/options/one-of';
import { readSizes } from '../../bench/options/sizes';
import { readWhole } from '../../bench/options/whole';

describe('sizes', () => {
  it('are even numbers from 4 to a million', () => {
    expect(readSizes('users', '4,1000000')).toEqual([4, 1_000_000]);
  });

  it.each(['', '2', '5', '10,', '1000002', 'many'])('are refused where they cannot be meant: %p', (text) => {
    expect(() => readSizes('users', text)).toThrow('--users must be even numbers from 4 to 1000000');
  });
});

describe('a whole number', () => {
  it('is from 1 to what its option may be', () => {
    expect([readWhole('runs', '1', 9), readWhole('runs', '9', 9)]).toEqual([1, 9]);
  });

  it.each(['', ' ', '0', '10', '1.5', '-1', 'many'])('is refused where it cannot be meant: %p', (text) => {
    expect(() => readWhole('runs', text, 9)).toThrow('--runs must be a whole number from 1 to 9');
  });
});

describe('a word', () => {
  it('is one of those that there are', () => {
    expect(readOneOf('only', 'memory', ['clients', 'memory'])).toBe('memory');
    expect(() => readOneOf('only', 'memories', ['clients', 'memory'])).toThrow(
      '--only must be one of clients, memory, not "memories"',
    );
  });
});

describe('a load', () => {
  it('goes to npm start, unless a URL is given', () => {
    const byDefault = { users: 100, rate: 20, seconds: 30, groupSize: 20, plot: 'load.svg' };
    expect(readLoadOptions([])).toEqual({ url: undefined, ...byDefault });
    expect(readLoadOptions(['--url', 'wss://host/stage'])).toEqual({ url: 'wss://host/stage', ...byDefault });
  });

  it.each([
    [['--users', '10001'], '--users must be a whole number from 1 to 10000'],
    [['--rates', '1'], "Unknown option '--rates'"],
  ])('says what it does not understand: %p', (args, message) => {
    expect(() => readLoadOptions(args)).toThrow(message);
  });

  it('begins only where a WebSocket opens', async () => {
    const server = createServer((_request, response) => response.end());
    const sockets = new WebSocketServer({ server, path: '/stage' });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await expect(deployed(`ws://${host}/stage`)).resolves.toMatchObject({ url: `ws://${host}/stage` });
      await expect(deployed(`ws://${host}/`)).rejects.toThrow(/^--url: no WebSocket opens at .*400/);
      await expect(deployed('here')).rejects.toThrow('--url: no WebSocket opens at here (Invalid URL: here)');
    } finally {
      sockets.close();
      server.close();
    }
  });
});
