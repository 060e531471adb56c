import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseLambdaResponse } from '../../../local/gateway/lambda-response';

const status = fc.oneof(fc.integer({ min: -1, max: 700 }), fc.double(), fc.jsonValue());
const headerName = fc.constantFrom('Sec-WebSocket-Protocol', 'sec-websocket-protocol', 'Set-Cookie', '__proto__');
const headers = fc.oneof(fc.dictionary(headerName, fc.oneof(fc.string(), fc.jsonValue())), fc.jsonValue());

/** What a Lambda may return, after its way through JSON: anything, and more often something that looks like a response. */
const result = fc
  .oneof(
    fc.jsonValue(),
    fc.record({ statusCode: status, body: fc.oneof(fc.string(), fc.jsonValue()), headers }, { requiredKeys: [] }),
  )
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

describe('any result of a Lambda', () => {
  it('is a response that HTTP and WebSocket can carry, or none', () => {
    const seen = { response: 0, none: 0 };

    fc.assert(
      fc.property(result, (payload) => {
        const response = parseLambdaResponse(payload);
        seen[response ? 'response' : 'none'] += 1;
        if (!response) return;
        expect(Number.isInteger(response.statusCode)).toBe(true);
        expect(response.statusCode).toBeGreaterThanOrEqual(200);
        expect(response.statusCode).toBeLessThanOrEqual(599);
        expect(['string', 'undefined']).toContain(typeof response.body);
        expect(response.subprotocol ?? 'token').toMatch(/^[\x20-\x7e]+$/);
        expect(response.statusCode).toBe(Object(payload).statusCode);
      }),
      { numRuns: 5_000 },
    );

    expect(Math.min(seen.response, seen.none)).toBeGreaterThan(50);
  });
});
