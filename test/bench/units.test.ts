import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { billOf, NOTHING } from '../../bench/bill/dollars';
import { billedMs, quantitiesOfFunction, RUN_ASSUMED } from '../../bench/bill/invocation';
import { PRICES_OF, REGION } from '../../bench/bill/prices';
import { Meter } from '../../bench/operations/metered-client';
import type { Cost } from '../../bench/operations/stage';
import { measureUnits } from '../../bench/units/measure';
import { toBillTable, toTable } from '../../bench/units/tables';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

const UNITS_MAX = { read: 3, write: 4 };

/** What the issue of costs asked for: at most so many. A push comes after what is in sequence. */
const BOUNDS: Readonly<Record<string, Partial<Record<keyof Cost, number>>>> = {
  '`$connect`': { requests: 1 },
  '`ping`': { requests: 1 },
  '`$disconnect`': { requests: 2 },
  '`login` with nothing new': { inSequence: 3 },
  '`login` with a token': { inSequence: 3 },
  '`login` with an identity': { inSequence: 3 },
  // It makes the account, between the look whose the name is and the bind.
  '`login` with an identity, the first': { inSequence: 4 },
  // It asks whether there is such a user.
  '`chat`, the first message to a user': { inSequence: 6, writeUnits: UNITS_MAX.write },
  '`chat` to a user who is online': { inSequence: 5, writeUnits: UNITS_MAX.write },
  '`chat` with `id` and `after`': { inSequence: 5, writeUnits: UNITS_MAX.write },
  '`chat` to a user who is offline': { inSequence: 5, writeUnits: UNITS_MAX.write },
};

describeOn(dynoxide, 'what operations cost', (database) => {
  it('is what bench/README.md says, in units and in dollars, and within its bounds', async () => {
    const readme = readFileSync(join(__dirname, '../../bench/README.md'), 'utf8');
    const costs = await measureUnits(database());

    expect(readme).toContain(`\n${toTable(costs)}\n`);
    expect(readme).toContain(`\n${toBillTable(costs)}\n`);
    for (const [operation, bounds] of Object.entries(BOUNDS)) {
      const cost = costs.find((one) => one.operation === operation);
      // Named in the failure, since a number alone says nothing.
      for (const [what, most] of Object.entries(bounds))
        expect({ operation, what, isWithin: Number(cost?.[what as keyof Cost]) <= most }).toMatchObject({
          isWithin: true,
        });
    }
  }, 120_000);
});

describe('dollars for a million pings', () => {
  it('are those of two messages, a write unit, 10 ms of half a gigabyte, and a line of the log', () => {
    const run = { inSequence: 1, callbacks: 0, messages: 2, hashes: 0, readUnits: 0, writeUnits: 1, queueRequests: 0 };
    const ping = quantitiesOfFunction('ping', run);

    expect(ping).toEqual({
      ...NOTHING,
      invocations: 1,
      messages: 2,
      writeUnits: 1,
      gigabyteSeconds: 0.005,
      logBytes: 240,
    });
    const { database, functions, gateway, rest, together } = billOf(ping);
    expect(database * 1e6).toBeCloseTo(0.625, 9);
    expect(functions * 1e6).toBeCloseTo(0.2 + 5_000 * 0.0000133334, 9);
    expect(gateway * 1e6).toBeCloseTo(2, 9);
    expect(rest * 1e6).toBeCloseTo(0.12, 9);
    expect(together).toBeCloseTo(database + functions + gateway + rest, 12);
  });

  it('count what is assumed of a run: its start, its rounds, its pushes, its hashes', () => {
    expect(billedMs({ inSequence: 0, callbacks: 0, hashes: 0 })).toBe(5);
    expect(billedMs({ inSequence: 5, callbacks: 1, hashes: 0 })).toBe(5 + 25 + 15);
    expect(billedMs({ inSequence: 0, callbacks: 9, hashes: 2 })).toBe(5 + 15 + 8 + 380);
  });

  it('stand in bench/README.md with what is assumed, and with the rates’ place and day', () => {
    const text = readFileSync(join(__dirname, '../../bench/README.md'), 'utf8').replaceAll(/\s+/g, ' ');
    const { startMs, roundMs, callbackMs, furtherCallbackMs, hashMs, logBytes } = RUN_ASSUMED;

    expect(text).toContain(`billed for ${startMs} ms, ${roundMs} ms for each request in sequence`);
    expect(text).toContain(`${callbackMs} ms for its pushes and ${furtherCallbackMs} ms for each beyond the first`);
    expect(text).toContain(`${hashMs} ms for a hash; it logs ${logBytes.other} bytes, a \`ping\` ${logBytes.ping}`);
    expect(text).toContain(`${REGION} on ${PRICES_OF}`);
  });
});

describeOn(dynoxide, 'a direct message to an online user', (database) => {
  it(`takes at most ${UNITS_MAX.read} read and ${UNITS_MAX.write} write units, however much there is already`, async () => {
    const { register, join: enter, send, ports } = worldOn(database(), {}, 1_000);
    const [ann, bob] = [await register('ann'), await register('bob')];
    const [device] = [await enter(ann), await enter(bob)];
    const meter = new Meter(database().client);
    const cost = async () => {
      meter.take();
      expect(await send(device, { action: 'chat', to: bob, text: 'x'.repeat(100) })).toMatchObject({ ok: true });
      const { readUnits, writeUnits, requests } = meter.take();
      return { readUnits, writeUnits, requests };
    };
    await cost();

    const first = await cost();
    const { seq } = (await ports.log.head(`dm:${ann}:${bob}` as never)) as { seq: number };
    for (let more = 1; more <= 100; more++)
      await ports.log.put({
        ...{ conversation: `dm:${ann}:${bob}`, seq: seq + more, from: bob, text: 'x'.repeat(1000) },
        ...{ sentAt: 1, id: `b${more}` },
      } as never);
    for (const name of ['eve', 'zoe', 'kim']) {
      const other = await enter(await register(name));
      await send(other, { action: 'chat', to: bob, text: 'hi' });
      await send(other, { action: 'chat', to: ann, text: 'hi' });
    }
    for (let devices = 0; devices < 5; devices++) await enter(bob);
    const last = await cost();

    expect(first).toEqual({ readUnits: UNITS_MAX.read, writeUnits: UNITS_MAX.write, requests: 6 });
    expect(last).toEqual(first);
  });
});
