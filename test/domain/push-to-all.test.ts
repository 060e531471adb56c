import { describe, expect, it, jest } from '@jest/globals';
import type { Sockets } from '../../src/domain/ports/ports';
import { pushToAll } from '../../src/domain/pushes/push-to-all';
import type { ConnectionId } from '../../src/protocol/ids';
import { PUSH_ATTEMPTS_MAX, PUSH_WAIT_MS, PUSHES_PARALLEL_MAX } from '../../src/protocol/limits';
import { silentMeter } from '../tooling/silent-meter';

type Pushed = Awaited<ReturnType<Sockets['push']>>;

/** Sockets that answer as they are told, and a clock that only moves with waiting. */
function stage(answer: (connection: string, attempt: number) => Pushed | Promise<Pushed>) {
  const world = { now: 0, underWay: 0, mostUnderWay: 0, waits: [] as number[] };
  const tried: string[] = [];
  const ports = {
    clock: {
      now: () => world.now,
      sleep: async (ms: number) => {
        world.waits.push(ms);
        world.now += ms;
      },
    },
    meter: silentMeter,
    chance: { fraction: () => 0.5, messageId: () => 'm' as never, groupId: () => 'g' as never },
    report: jest.fn<(cause: unknown) => void>(),
    connections: { find: async () => undefined, forgetUnbound: async () => 'forgotten' as const },
    presence: { releaseLast: async () => 'released' as const, releaseOneOfSeveral: async () => 'released' as const },
    sockets: {
      probe: async () => 'open' as const,
      push: async (connection: ConnectionId) => {
        world.mostUnderWay = Math.max(world.mostUnderWay, ++world.underWay);
        tried.push(connection);
        await Promise.resolve();
        const pushed = await answer(connection, tried.filter((one) => one === connection).length);
        world.underWay--;
        return pushed;
      },
    },
  };
  return { ports, world, tried };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}` as ConnectionId);

describe('pushing to many', () => {
  it(`has at most ${PUSHES_PARALLEL_MAX} under way`, async () => {
    const { ports, world, tried } = stage(() => 'delivered');

    await pushToAll(ports, names(100), 'text');

    expect(world.mostUnderWay).toBe(PUSHES_PARALLEL_MAX);
    expect(new Set(tried).size).toBe(100);
    expect(tried).toHaveLength(100);
  });

  it('tries everybody once before it tries anybody again, and waits in between with growing jitter', async () => {
    const { ports, world, tried } = stage((connection, attempt) =>
      connection === 'c0' && attempt < 3 ? 'failed' : 'delivered',
    );

    await pushToAll(ports, names(40), 'text');

    expect(tried.slice(40)).toEqual(['c0', 'c0']);
    expect(world.waits).toEqual([10, 20]);
    expect(ports.report).not.toHaveBeenCalled();
  });

  it('gives up on who always fails, says so, and fails nobody', async () => {
    const { ports, tried } = stage((connection) => (connection === 'c1' ? 'failed' : 'delivered'));

    await pushToAll(ports, names(3), 'text');

    expect(tried.filter((connection) => connection === 'c1')).toHaveLength(PUSH_ATTEMPTS_MAX);
    expect(ports.report).toHaveBeenCalledTimes(1);
    expect(ports.report).toHaveBeenCalledWith(
      expect.objectContaining({ message: '1 of 3 connections did not get a push.' }),
    );
  });

  it('lets the others pass one that does not answer', async () => {
    let release: (pushed: Pushed) => void = () => undefined;
    const stuck = new Promise<Pushed>((resolve) => {
      release = resolve;
    });
    const { ports, tried } = stage((connection) => (connection === 'c0' ? stuck : 'delivered'));

    const done = pushToAll(ports, names(50), 'text');
    while (tried.length < 50) await Promise.resolve();
    release('delivered');
    await done;

    expect(new Set(tried).size).toBe(50);
  });

  it('begins no push once its time is over', async () => {
    const { ports, world, tried } = stage(() => {
      world.now = PUSH_WAIT_MS;
      return 'failed';
    });

    await pushToAll(ports, names(PUSHES_PARALLEL_MAX + 5), 'text');

    expect(tried).toHaveLength(PUSHES_PARALLEL_MAX);
    expect(ports.report).toHaveBeenCalledTimes(1);
  });

  it('does not try again who is gone', async () => {
    const { ports, tried } = stage(() => 'gone');

    await pushToAll(ports, names(2), 'text');

    expect(tried).toHaveLength(2);
    expect(ports.report).not.toHaveBeenCalled();
  });
});
