const requestContext = {
  connectionId: 'KvPzkdEyDoECEDA=',
  connectedAt: 1_795_411_066_347,
  requestId: 'JKJaXmPLvHcESHA=',
  identity: { sourceIp: '203.0.113.7', userAgent: 'bench' },
};

const profile = (state: string) => ({
  ...{ pk: { S: 'USER#ann' }, sk: { S: 'PROFILE' }, state: { S: state } },
  ...{ version: { N: '7' }, connections: { SS: ['KvPzkdEyDoECEDA='] } },
});
const flip = { SequenceNumber: '1', OldImage: profile('online'), NewImage: profile('offline') };
const job = { conversation: 'group:club', seq: 2, except: 'KvPzkdEyDoECEDA=' };

/** For which the Lambda asks a service at once; `undefined`: its first answer waits for something else than a service. */
const EVENTS: Readonly<Record<string, object | undefined>> = {
  authorize: undefined, // The identity provider's keys.
  reg: undefined, // A hash.
  sweep: {},
  announce: { Records: [{ dynamodb: flip }] },
  'fan-out': { Records: [{ messageId: 'm', body: JSON.stringify(job) }] },
};

/** What each Lambda is called with. A command is nonsense: its connection is charged for it, and closed, since it is not there. */
export function eventFor(file: string): object | undefined {
  return file in EVENTS ? EVENTS[file] : { requestContext, headers: {}, body: '{}' };
}
