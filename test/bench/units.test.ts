import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { measureUnits, toTable } from '../../bench/measure-units';
import { Meter } from '../../bench/metered-client';
import { describeOn, dynoxide } from '../tooling/engines';
import { worldOn } from '../tooling/world';

const UNITS_MAX = { read: 3, write: 4 };

describeOn(dynoxide, 'what operations cost', (database) => {
  it('is what bench/README.md says', async () => {
    const readme = readFileSync(join(__dirname, '../../bench/README.md'), 'utf8');
    const costs = await measureUnits(database());

    expect(readme).toContain(toTable(costs));
  }, 120_000);
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
