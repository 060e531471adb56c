import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lambdaFile, type RouteKey } from '../../lib/route-key';
import * as commands from '../../src/protocol/commands';
import * as limits from '../../src/protocol/limits';
import { refusals } from '../../src/protocol/refusal';
import * as routes from '../../src/routes';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const protocol = read('PROTOCOL.md');

const headings = (level: string, from: string, to: string) => {
  const part = protocol.slice(protocol.indexOf(`\n## ${from}`), protocol.indexOf(`\n## ${to}`));
  return [...part.matchAll(new RegExp(`^${level} \`(\\w+)\``, 'gm'))].map(([, name]) => name);
};

describe('PROTOCOL.md', () => {
  it('has a section for every command, and for nothing else', () => {
    expect(headings('###', 'Commands', 'Events').sort()).toEqual(Object.keys(commands).sort());
  });

  it('has a section for every code, and for nothing else', () => {
    expect(headings('####', 'Errors', 'Limits').sort()).toEqual(Object.keys(refusals).sort());
  });

  it('has every limit that a client can meet, with its value', () => {
    const table = protocol.slice(protocol.indexOf('\n## Limits'), protocol.indexOf('\n## When the socket closes'));
    const unseen = [
      'ANNOUNCEMENTS_PARALLEL_MAX',
      'ATTEMPTS_MAX',
      'BACKOFF_FIRST_MS',
      'BACKOFF_MAX_MS',
      'ENTRIES_READ_MAX',
      'FAN_OUT_PAGE_MAX',
      'FRIENDS_PAGES_MAX',
      'FRIENDS_PAGE_MAX',
      'MEMBERS_READ_MAX',
      'PROFILES_READ_MAX',
      'PUSHES_PARALLEL_MAX',
      'REQUESTS_PARALLEL_MAX',
      'PUSH_ATTEMPTS_MAX',
      'PUSH_WAIT_MS',
      'SWEEP_MARGIN_MS',
      'SWEEP_PAGE_MAX',
      'SWEEP_PARALLEL_MAX',
      'SWEEP_SEGMENTS',
      'SWEEP_SHIFT_MS',
    ];
    for (const [name, value] of Object.entries(limits).filter(([limit]) => !unseen.includes(limit))) {
      const row = table.split('\n').find((line) => line.includes(`\`${name}\``)) ?? `no row for ${name}`;
      const shown = name.endsWith('_MS') ? value / 1000 : value;

      expect(row.replaceAll(',', '')).toMatch(new RegExp(`\\b${shown}\\b`));
    }
  });

  it('names only codes and commands that exist', () => {
    const known = new Set<string>([...Object.keys(refusals), ...Object.keys(commands)]);
    const refused = [...protocol.matchAll(/^Refused with: (.*(?:\n.+)*)/gm)].flatMap(([, codes]) => [
      ...(codes ?? '').matchAll(/`(\w+)`/g),
    ]);

    expect(refused.length).toBeGreaterThan(5);
    expect(refused.map(([, code]) => code).filter((code) => !known.has(String(code)))).toEqual([]);
  });
});

describe('a route', () => {
  const actions = Object.keys(routes).filter((routeKey) => !routeKey.startsWith('$'));

  it('exists for every command, under its own name and with its own schema', () => {
    expect(actions.sort()).toEqual(Object.keys(commands).sort());
    for (const [routeKey, route] of Object.entries(routes)) {
      if (!('action' in route)) continue;
      expect(route.action).toBe(routeKey);
      expect(route.command).toBe(commands[route.action]);
    }
  });

  it.each(Object.keys(routes))('%s has a Lambda and a test', (routeKey) => {
    const name = routeKey.replace('$', '');
    const file = lambdaFile(routeKey as RouteKey);
    const tests = [
      'domain/presence',
      'domain/passwd',
      'domain/messages',
      'domain/devices',
      'domain/friends',
      'domain/groups',
      'domain/history',
      'domain/receipts',
      'domain/block',
      'domain/answer-frame.fuzz',
      'domain/round-trips',
      'lambdas/faults',
    ];

    expect(existsSync(join(root, 'lambdas', `${file}.ts`))).toBe(true);
    expect(tests.some((file) => new RegExp(`\\b${name}`, 'i').test(read(`test/${file}.test.ts`)))).toBe(true);
  });
});

describe('an event', () => {
  it('has a section for each that is encoded, and no other has one', () => {
    const encoded = [...read('src/protocol/messages.ts').matchAll(/type: '(\w+)'/g)].map(([, type]) => type);

    expect(headings('###', 'Events', 'Errors').sort()).toEqual(
      encoded.filter((type) => type !== 'reply' && type !== 'error').sort(),
    );
  });
});

describe('the README', () => {
  const readme = read('README.md');
  const scripts = Object.keys(JSON.parse(read('package.json')).scripts);

  it('names only npm scripts that exist', () => {
    const named = [...readme.matchAll(/npm (?:run )?(start|test|[a-z]+(?::[a-z]+)*)/g)]
      .map(([, script]) => String(script))
      .filter((script) => script !== 'ci' && script !== 'run');

    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  it('gives the two commands, and CI runs them', () => {
    for (const command of ['npm ci && npm start', 'npm ci && npm test']) expect(readme).toContain(command);
    const ci = read('.ci/run');
    const walkthrough = read('test/end-to-end/walkthrough.test.ts');

    expect(ci).toMatch(/^npm ci$/m);
    expect(ci).toMatch(/npm test/);
    expect(walkthrough).toMatch(/'npm', \[?'start'|npm start/);
  });

  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => String(link));

    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });
});
