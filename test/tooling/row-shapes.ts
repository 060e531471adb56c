import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Row, Rows } from './rows';

type Kind = 'S' | 'N' | 'SS' | 'BOOL';

interface Shape {
  readonly required: Readonly<Record<string, Kind>>;
  readonly optional: Readonly<Record<string, Kind>>;
}

/** Every attribute that any row of ours may have. Whatever is not here has been written by mistake, or by an attacker. */
const CONNECTION: Shape = {
  required: { connectionId: 'S', connectedAt: 'N', leaseUntil: 'N', sourceIp: 'S' },
  optional: {
    ...{ userAgent: 'S', userId: 'S', leaseMs: 'N', heardAt: 'N', heartbeatMs: 'N', loginFailures: 'N' },
    ...{ tat: 'N', prepaid: 'N', refusals: 'N' },
  },
};

/** By what a row's sort key begins with. */
const CHAT: Readonly<Record<string, Shape>> = {
  CREDENTIAL: { required: { passwordHash: 'S', tokenKey: 'S' }, optional: {} },
  PROFILE: {
    required: { state: 'S', version: 'N', createdAt: 'N' },
    optional: { connections: 'SS', lastSeen: 'N', tat: 'N', subject: 'S' },
  },
  'FRIEND#': {
    required: { state: 'S', since: 'N' },
    optional: { blocked: 'BOOL', frozenVersion: 'N', frozenLastSeen: 'N' },
  },
  'INBOX#': {
    required: { lastSeq: 'N', ackSeq: 'N', readSeq: 'N', at: 'N' },
    optional: { joinedSeq: 'N', role: 'S', big: 'BOOL', blockAfter: 'N', blockAckSeq: 'N', blockReadSeq: 'N' },
  },
  'MSG#': {
    required: { from: 'S', sentAt: 'N', id: 'S' },
    optional: { text: 'S', change: 'S', hidden: 'BOOL', expiresAt: 'N' },
  },
  HANDLE: { required: { userId: 'S' }, optional: {} },
  PAIR: {
    required: { failures: 'N', openAt: 'N', expiresAt: 'N' },
    optional: { known: 'BOOL', waited: 'BOOL' },
  },
  HEAT: { required: { hotUntil: 'N', expiresAt: 'N' }, optional: {} },
  'MEMBER#': { required: { role: 'S', joinedSeq: 'N' }, optional: {} },
  META: {
    required: { name: 'S', creator: 'S', createdAt: 'N', members: 'N', version: 'N' },
    optional: { description: 'S', big: 'BOOL' },
  },
};

/** What is wrong with the rows, in words: attributes that nobody knows, that are missing, or of another type. */
export function faultsOf({ connections, chat }: Rows): readonly string[] {
  return [
    ...connections.flatMap((row) => faultsIn(row, CONNECTION, ['connectionId'])),
    ...chat.flatMap((row) => {
      const kind = Object.keys(CHAT).find((prefix) => row.sk?.S?.startsWith(prefix));
      const shape = kind === undefined ? undefined : CHAT[kind];
      return shape ? faultsIn(row, shape, ['pk', 'sk']) : [`${name(row)} is a row of no kind that is known`];
    }),
  ];
}

function faultsIn(row: Row, { required, optional }: Shape, key: readonly string[]): readonly string[] {
  const kinds = { ...required, ...optional };
  const missing = Object.keys(required).filter((attribute) => row[attribute] === undefined);
  const wrong = Object.entries(row).filter(([attribute, value]) => {
    if (key.includes(attribute)) return false;
    const kind = Object.hasOwn(kinds, attribute) ? kinds[attribute] : undefined;
    return kind === undefined || !isA(kind, value);
  });
  return [
    ...missing.map((attribute) => `${name(row)} lacks ${attribute}`),
    ...wrong.map(([attribute, value]) => `${name(row)} has ${attribute} = ${JSON.stringify(value)}`),
  ];
}

function isA(kind: Kind, value: AttributeValue): boolean {
  if (!Object.hasOwn(value, kind)) return false;
  return kind !== 'N' || isWhole(String(value.N));
}

/** Times, seqs, versions and counts: nothing that we store has a fraction, a sign or an end. */
function isWhole(number: string): boolean {
  return /^\d+$/.test(number) && Number.isSafeInteger(Number(number));
}

function name(row: Row): string {
  return JSON.stringify(row.connectionId?.S ?? [row.pk?.S, row.sk?.S]);
}
