import { describe, expect, it } from '@jest/globals';
import { normaliseOrigin } from '../../src/protocol/origin';

describe('an origin', () => {
  it.each([
    ['https://chat.example.com', 'https://chat.example.com'],
    ['HTTPS://Chat.Example.COM', 'https://chat.example.com'],
    ['https://chat.example.com:443', 'https://chat.example.com'],
    ['http://chat.example.com:80', 'http://chat.example.com'],
    ['https://chat.example.com:8443', 'https://chat.example.com:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://例え.jp', 'https://xn--r8jz45g.jp'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
  ])('%s is %s, and that is itself', (given, normal) => {
    expect(normaliseOrigin(given)).toBe(normal);
    expect(normaliseOrigin(normal)).toBe(normal);
  });

  it.each([
    '',
    'null',
    '*',
    'chat.example.com',
    'https://',
    'https://*.example.com',
    'https://chat.example.com/',
    'https://chat.example.com/path',
    'https://chat.example.com?query',
    'https://chat.example.com#fragment',
    'https://ann@chat.example.com',
    'https://chat.example.com\\.evil.example',
    'https://a.example,https://b.example',
    'https://a.example https://b.example',
    ' https://chat.example.com',
    'https://chat.example.com:99999',
    'https://chat..example.com',
    'https://chat.example.com\n',
  ])('%j is none', (given) => {
    expect(normaliseOrigin(given)).toBeUndefined();
  });

  it('is another one with another scheme, host or port', () => {
    const near = [
      'http://chat.example.com',
      'https://example.com',
      'https://chat.example.com.',
      'https://chat.example.com:80',
    ];

    expect(near.map(normaliseOrigin)).not.toContain('https://chat.example.com');
  });
});
