import { FRAME_BYTES_MAX } from '../../src/protocol/limits';
import type { Random } from '../simulation/random';

/** JSON that no value of JavaScript's becomes: it stands in the frame as it is. */
export class Raw {
  readonly json: string;
  constructor(json: string) {
    this.json = json;
  }
}

const NUMBERS = [
  0,
  -1,
  1,
  2,
  9,
  10,
  540,
  541,
  100,
  101,
  1.5,
  -1e308,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
] as const;

/** What JSON.parse takes and nobody would write, and what it does not take. */
const RAW_NUMBERS = [
  '-0',
  '1e308',
  '1e999',
  '1e-400',
  '9007199254740993',
  'NaN',
  'Infinity',
  '0x10',
  '01',
  '1_000',
  '1n',
];

const PLAIN_TEXTS = [
  '',
  ' ',
  '\t\n',
  'x',
  'ann',
  'ANN',
  'a b',
  'true',
  'null',
  '0',
  '$connect',
  '$default',
  '.',
  '=',
  '%00',
];

/** Names that every object of JavaScript's has, or that change one. */
const INHERITED = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'toJSON',
  'length',
];

/** Keys of the tables, and conversations that nobody has: of one, of three, of oneself, of nobody. */
const KEYS = [
  ...[
    'USER#ann',
    'CONV#dm:ann:bob',
    'CONV#',
    'MSG#0000000000000001',
    'PROFILE',
    'CREDENTIAL',
    'META',
    'INBOX#',
    'LOGIN#ann',
  ],
  ...['FRIEND#bob', 'MEMBER#ann', 'INBOX#group:', 'SKELETON#ann'],
  ...[
    'dm:',
    'dm::',
    'dm:ann',
    'dm:ann:',
    'dm::ann',
    'dm:ann:ann',
    'dm:bob:bob',
    'dm:bob:ann',
    'dm:ann:bob:carl',
    'dm:ANN:bob',
  ],
  ...[
    'group:',
    'group:group:',
    'group:#',
    'group:dm:ann:bob',
    'GROUP:choir',
    ':',
    '#',
    '\uffff',
    'dm:ann:\u0000',
    'dm:ann:\uffff',
  ],
];

const UNICODE = [
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udc00',
    'a\ud83d',
    '\u202eann',
    '\u2066x\u2069',
    '\u200b',
    '\u3164',
    '\ufeffann',
    '\u00ad',
  ],
  ...[
    'ａｎｎ',
    'İ',
    'ß',
    'ﬁ',
    '\ufdfa',
    'аnn',
    'a\u0301',
    '\u0301',
    '१२',
    '👩‍👩‍👧',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '\u2028',
    '\u2029',
    '"',
    '\\',
    '\\u0000',
    '</script>',
  ],
];

/** At the limits of fields, and one past them. */
const LENGTHS = [
  1, 7, 8, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 299, 300, 301, 511, 512, 513, 1023, 1024, 1025, 4095,
  4096, 4097, 20_000,
];

const UNITS = ['x', 'é', '语', '😀', '\u0000', '"', '\ud800', '\ufdfa', 'a\u0301', '#', ' ', '1'];

const STRUCTURES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    {},
    [],
    [[]],
    [null],
    { S: 'ann' },
    { N: '1' },
    { $ne: null },
    { length: -1 },
    { toString: 1 },
  ],
  ...[{ valueOf: 'x', toJSON: 'x' }, [1, 2, 3], ['ann', 'ann'], { 'dm:ann:bob': -1 }],
];

const RAW_STRUCTURES = [
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"__proto__":1,"__proto__":2}',
  '{"a":1,"a":2}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `${'{"a":'.repeat(4_000)}1${'}'.repeat(4_000)}`,
];

function hostileText(random: Random): string {
  const kind = random.fraction();
  if (kind < 0.2) return random.pick(PLAIN_TEXTS);
  if (kind < 0.35) return random.pick(INHERITED);
  if (kind < 0.6) return random.pick(KEYS);
  if (kind < 0.8) return random.pick(UNICODE);
  return longText(random, random.pick(LENGTHS));
}

/** As many code units, of one kind. */
export function longText(random: Random, length: number): string {
  const unit = random.pick(UNITS);
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** Anything that a field is not meant to be, or is only just. */
export function hostileValue(random: Random): unknown {
  const kind = random.fraction();
  if (kind < 0.5) return hostileText(random);
  if (kind < 0.65) return random.pick(NUMBERS);
  if (kind < 0.75) return new Raw(random.pick(RAW_NUMBERS));
  if (kind < 0.9) return random.pick(STRUCTURES);
  if (kind < 0.96) return new Raw(random.pick(RAW_STRUCTURES));
  return Array.from({ length: random.pick([1, 49, 50, 51, 100]) }, () => hostileText(random).slice(0, 40));
}

export function hostileName(random: Random): string {
  return random.chance(0.5) ? random.pick(INHERITED) : hostileText(random).slice(0, 200);
}

/** Frames that are no command whatever they are taken for. */
export function hostileText32(random: Random): string {
  const kinds = [
    '',
    '[',
    ']',
    '{',
    '}',
    '"',
    'null',
    '1',
    '[]',
    '{}',
    '{"action":null}',
    '{"action":{}}',
    '\u0000',
    '{"action":"',
    '\ud800',
  ];
  const size = random.pick([1, 10, 1_000, FRAME_BYTES_MAX - 1, FRAME_BYTES_MAX, FRAME_BYTES_MAX + 1]);
  const kind = random.fraction();
  if (kind < 0.4) return random.pick(kinds);
  if (kind < 0.7) return random.pick(['[', '{"a":', '"', ' ', '\ufeff', '9', '-']).repeat(size).slice(0, size);
  return `{"action":"ping","x":${'['.repeat(Math.floor(size / 2))}${']'.repeat(Math.floor(size / 2))}}`;
}
